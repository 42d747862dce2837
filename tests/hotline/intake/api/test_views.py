"""API responses: statuses, problem documents, batches, repeats, limits. Never a page, a cookie or a 500."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.http import HttpResponse
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import receipts
from clicksafely.common.models import AuditEvent
from hotline.intake.api import request_checks
from hotline.intake.api.partner_services import make_key, revoke_key
from hotline.intake.selectors import find_case
from hotline.intake.services import add_reporter_message
from hotline.models import Channel, HashOrigin, Partner, PartnerReport, PartnerRequest, Report
from hotline.states import Outcome, ReportState
from hotline.triage.services import triage_report
from tests.hotline.intake.api.program import PATH, REPORT, XARF, Program, detail, faults, make_partner
from tests.hotline.intake.test_faults import closed_port

pytestmark = pytest.mark.django_db

BAD = {**REPORT, "addresses": ["https://example.org", "no address"]}
REPEAT = {"Idempotency_Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def body(answer: HttpResponse) -> Any:
    assert answer["Content-Type"] == "application/json", answer.content
    return json.loads(answer.content)


class TestOneReport:
    def test_it_is_stored_with_its_partner(self, program: Program, partner: Partner) -> None:
        answer = program.send({**REPORT, "reference": "2026-17", "hashes": [{"md5": "00" * 16}]})
        assert answer.status_code == 201
        receipt = body(answer)
        sent = PartnerReport.objects.get()
        assert receipt == {
            "id": str(sent.uuid),
            "reference": "2026-17",
            "receipt": receipt["receipt"],
            "location": f"{PATH}{sent.uuid}/",
        }
        assert answer["Location"] == receipt["location"]
        assert (sent.partner, sent.key, sent.reference) == (partner, partner.keys.get(), "2026-17")
        assert (sent.report.channel, sent.report.category) == (Channel.API, "cyberbullying")
        assert sent.report.file_hashes.get().origin == HashOrigin.PARTNER
        assert find_case(receipts.normalise_receipt(receipt["receipt"])) == sent.report
        assert str(sent.report.uuid) not in answer.content.decode()

    def test_it_is_triaged_like_every_other(self, program: Program) -> None:
        program.send(REPORT)
        report = Report.objects.get()
        assert triage_report(report_id=report.pk, now=timezone.now())
        assert report.items.get().canonical == "https://forum.example.org/topic/17"

    def test_the_audit_names_the_key(self, program: Program, partner: Partner) -> None:
        program.send(REPORT)
        event = AuditEvent.objects.get(action="partner.reported")
        assert event.data == {"partner": partner.pk, "key": partner.keys.get().pk}
        assert (event.subject_id, event.actor_id) == (Report.objects.get().pk, None)
        assert partner.keys.get().last_used_at is not None

    def test_xarf(self, program: Program) -> None:
        answer = program.send(XARF)
        assert answer.status_code == 201
        assert body(answer)["reference"] == XARF["report_id"]
        assert Report.objects.get().category == "csam"

    def test_a_bad_one(self, program: Program) -> None:
        answer = program.send(BAD)
        assert answer.status_code == 422
        assert faults(answer) == {"/addresses/1": "This is not an address."}
        assert detail(answer) == "No report was accepted."
        assert not Report.objects.exists()


class TestBatch:
    @pytest.mark.parametrize("listed", [True, False])
    def test_all_good(self, program: Program, listed: bool) -> None:
        reports = [REPORT, XARF, {**REPORT, "reference": "3"}]
        answer = program.send(reports if listed else {"reports": reports})
        assert answer.status_code == 201
        entries = body(answer)["reports"]
        assert [(entry["index"], entry["status"]) for entry in entries] == [(0, 201), (1, 201), (2, 201)]
        assert [entry["reference"] for entry in entries] == ["", XARF["report_id"], "3"]
        assert len({entry["receipt"] for entry in entries}) == Report.objects.count() == 3

    def test_valid_reports_are_accepted_and_invalid_ones_reported(self, program: Program) -> None:
        answer = program.send({"reports": [REPORT, BAD, XARF, None]})
        assert answer.status_code == 207
        entries = body(answer)["reports"]
        assert [entry["status"] for entry in entries] == [201, 422, 201, 422]
        assert entries[1] == {
            "index": 1,
            "status": 422,
            "errors": [{"pointer": "/reports/1/addresses/1", "detail": "This is not an address."}],
        }
        assert entries[3]["errors"] == [{"pointer": "/reports/3", "detail": "This must be an object."}]
        assert Report.objects.count() == 2

    def test_all_bad(self, program: Program) -> None:
        answer = program.send([BAD, {}])
        assert answer.status_code == 422
        assert set(faults(answer)) == {"/0/addresses/1", "/1", "/1/category"}
        assert not Report.objects.exists()

    def test_errors_are_bounded(self, program: Program) -> None:
        answer = program.send([{f"field{number}": 1 for number in range(50)}] * 100)
        assert (answer.status_code, len(faults(answer))) == (422, 100)

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ([], {"": "A request has 1 to 100 reports; these are 0."}),
            ([REPORT] * 101, {"": "A request has 1 to 100 reports; these are 101."}),
            ({"reports": []}, {"/reports": "A request has 1 to 100 reports; these are 0."}),
            ({"reports": REPORT}, {"/reports": "This must be an array."}),
            ({"reports": [REPORT], "x": 1}, {"": "An object with `reports` has no other fields (1 found)."}),
            (5, {"": "This must be an object or a list of objects."}),
            (None, {"": "This must be an object or a list of objects."}),
        ],
    )
    def test_no_batch(self, program: Program, content: Any, expected: dict[str, str]) -> None:
        answer = program.send(content)
        assert (answer.status_code, faults(answer)) == (422, expected)
        assert not Report.objects.exists()


class TestKey:
    def test_all_invalid_keys_get_the_same_answer(self, program: Program, partner: Partner) -> None:
        revoked = make_key(partner=partner, label="old", actor=None, now=timezone.now())
        revoke_key(key=partner.keys.first(), actor=None, now=timezone.now())  # type: ignore[arg-type]
        away = make_partner("угашен", active=False)
        shut_out = make_key(partner=away, label="x", actor=None, now=timezone.now())
        answers = [
            program.client.post(PATH, json.dumps(REPORT), content_type="application/json", headers=headers)
            for headers in [
                {},
                {"Authorization": ""},
                {"Authorization": program.key},
                {"Authorization": f"Basic {program.key}"},
                {"Authorization": "Bearer"},
                {"Authorization": f"Bearer {program.key}x"},
                {"Authorization": f"Bearer {'npk_aaaaaaaa_' + 'a' * 32}"},
                {"Authorization": f"Bearer {revoked}"},
                {"Authorization": f"Bearer {shut_out}"},
                {"Authorization": "Bearer \u00e9\u00e9"},
                {"Authorization": "Bearer " + "x" * 5000},
            ]
        ]
        assert {(answer.status_code, answer.content, answer["WWW-Authenticate"]) for answer in answers} == {
            (401, answers[0].content, 'Bearer realm="Net Patrola partners"')
        }
        assert detail(answers[0]) == "No valid key was sent."
        assert not Report.objects.exists()

    def test_the_scheme_may_be_written_small(self, program: Program) -> None:
        assert program.send(REPORT, Authorization=f"bearer {program.key}").status_code == 201

    def test_it_is_checked_before_the_body_is_read(self, program: Program) -> None:
        assert program.send(b"{", Authorization="Bearer x", Content_Type="text/plain").status_code == 401


class TestRequest:
    @pytest.mark.parametrize(
        "content_type",
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
            "application/json; charset=latin-1", "application/xml", ""],
    )  # fmt: skip
    def test_another_type(self, program: Program, content_type: str) -> None:
        answer = program.send(REPORT, Content_Type=content_type)
        assert answer.status_code == 415
        assert detail(answer) == "Send JSON in UTF-8: Content-Type: application/json"

    def test_with_its_charset(self, program: Program) -> None:
        assert program.send(REPORT, Content_Type="application/json; charset=UTF-8").status_code == 201

    @pytest.mark.parametrize("size", [request_checks.MAX_BODY + 1, 30_000_000])
    def test_too_large(self, program: Program, size: int) -> None:
        answer = program.send(b" " * size)
        assert answer.status_code == 413
        assert (
            detail(answer)
            == f"The body is larger than {request_checks.MAX_BODY} bytes. Send fewer reports per request."
        )

    def test_as_large_as_may_be(self, program: Program) -> None:
        whole = json.dumps(REPORT).encode()
        assert program.send(whole + b" " * (request_checks.MAX_BODY - len(whole))).status_code == 201

    def test_without_a_length(self, program: Program) -> None:
        headers = {"Authorization": f"Bearer {program.key}", "Transfer-Encoding": "chunked"}
        answer = program.client.post(
            PATH,
            b"",
            content_type="application/json",
            headers=headers,
            CONTENT_LENGTH="",
            CONTENT_TYPE="application/json",
        )
        assert (answer.status_code, detail(answer)) == (411, "Send the body with a Content-Length header, not chunked.")

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b'{"category": }', "The body is not JSON: Expecting value, line 1, column 14."),
            (b"[" * 100_000, "The body is nested more than 24 levels deep."),
            (b'{"a": 1, "a": 1}', 'An object has the name "a" twice.'),
            (b"\xff\xfe", "The body is not UTF-8: invalid byte at position 0."),
        ],
    )
    def test_no_json(self, program: Program, content: bytes, expected: str) -> None:
        answer = program.send(content)
        assert (answer.status_code, detail(answer)) == (400, expected)

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
    def test_other_methods(self, program: Program, method: str) -> None:
        answer = getattr(program.client, method)(PATH)
        assert (answer.status_code, answer["Allow"]) == (405, "POST")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("post", "/api/reports"),
            ("post", "/api/v1/reports"),
            ("get", "/api/v1/"),
            ("get", "/api/v1/reports/7/"),
            ("post", "/api/v1/nowhere/"),
            ("post", "/api/v2/reports/"),
            ("get", "/api/"),
            ("get", "/api/reports/7/"),
            ("get", "/api/reports/8E03978E-40D5-43DD-BC93-6894A57F9324/"),
            ("post", "/api/nowhere/"),
            ("get", "/api/openapi.json/"),
        ],
    )
    def test_nothing_there(self, program: Program, method: str, path: str) -> None:
        answer = getattr(program.client, method)(path)
        assert answer.status_code == 404
        assert detail(answer) == "There is nothing at this address. Addresses of this interface end with a slash."

    def test_a_host_that_is_not_ours(self, program: Program) -> None:
        answer = program.client.get(PATH, headers={"Host": "evil.invalid"})
        assert (answer.status_code, detail(answer)) == (400, "The request could not be read.")

    def test_a_fault_of_ours(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(request_checks, "read_batch", lambda body: 1 / 0)
        answer = program.send(REPORT)
        assert (answer.status_code, detail(answer)[:26]) == (500, "An internal error occurred")

    def test_neither_cookie_nor_page_nor_store(self, program: Program) -> None:
        answers = [program.send(REPORT), program.send(b""), program.send([BAD]), program.send([REPORT, BAD])]
        answers += [program.get(body(answers[0])["location"]), program.get(PATH), program.get("/api/x")]
        for answer in answers:
            assert not answer.cookies
            assert answer["Cache-Control"] == "no-store"
            assert answer["Content-Language"] == "en"
            assert b"<" not in answer.content
            assert "Vary" not in answer.headers


class TestRepeats:
    def test_the_same_request_has_the_same_answer(self, program: Program) -> None:
        answers = [program.send([REPORT, BAD, XARF], **REPEAT) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {207}
        assert len({answer.content for answer in answers}) == 1
        assert Report.objects.count() == PartnerReport.objects.count() == 2
        assert AuditEvent.objects.filter(action="partner.reported").count() == 2

    def test_the_receipt_is_the_right_one_each_time(self, program: Program) -> None:
        first, again = (body(program.send(REPORT, **REPEAT)) for _ in range(2))
        assert first == again
        assert find_case(receipts.normalise_receipt(again["receipt"])) == Report.objects.get()

    def test_another_body_is_refused(self, program: Program) -> None:
        program.send(REPORT, **REPEAT)
        answer = program.send(XARF, **REPEAT)
        assert (answer.status_code, detail(answer)) == (422, "This Idempotency-Key was used with another body.")
        assert Report.objects.count() == 1

    def test_another_partner_has_keys_of_its_own(self, program: Program) -> None:
        other = Program.of(make_partner("други"))
        assert body(program.send(REPORT, **REPEAT)) != body(other.send(REPORT, **REPEAT))
        assert Report.objects.count() == 2

    def test_another_key_of_the_same_partner_is_the_same_program(self, program: Program, partner: Partner) -> None:
        first = program.send(REPORT, **REPEAT)
        revoke_key(key=partner.keys.get(), actor=None, now=timezone.now())  # type: ignore[arg-type]
        assert program.send(REPORT, **REPEAT).status_code == 401
        assert Program.of(partner).send(REPORT, **REPEAT).content == first.content

    def test_without_a_key_every_sending_is_new(self, program: Program) -> None:
        program.send(REPORT)
        program.send(REPORT)
        assert Report.objects.count() == 2

    def test_twice_the_same_in_one_batch_are_two(self, program: Program) -> None:
        program.send([REPORT, REPORT], **REPEAT)
        assert Report.objects.count() == 2

    def test_in_quotation_marks_it_is_the_same(self, program: Program) -> None:
        first = program.send(REPORT, **REPEAT)
        assert program.send(REPORT, Idempotency_Key=f'"{REPEAT["Idempotency_Key"]}"').content == first.content

    @pytest.mark.parametrize("key", ["", "short", "a" * 201, "spaces in the middle of", "жжжжжжжжжжжжжжжжж"])
    def test_no_such_key(self, program: Program, key: str) -> None:
        answer = program.send(REPORT, Idempotency_Key=key)
        assert answer.status_code == 400
        assert detail(answer) == "Idempotency-Key must have 16 to 200 visible ASCII characters, for example a UUID."
        assert not Report.objects.exists()

    def test_after_its_days_it_may_be_used_anew(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hotline.intake.api.idempotency.IDEMPOTENCY_DAYS", 2)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            first = body(program.send(REPORT, **REPEAT))
            clock.shift(3 * 24 * 3600)
            assert body(program.send({**REPORT, "reference": "2"}, **REPEAT))["id"] != first["id"]
            assert program.send(REPORT, **REPEAT).status_code == 422
        assert PartnerRequest.objects.count() == 1

    def test_only_digests_are_remembered(self, program: Program) -> None:
        program.send(REPORT, **REPEAT)
        row = PartnerRequest.objects.values().get()
        assert REPEAT["Idempotency_Key"] not in str(row)
        assert set(row) == {"id", "partner_id", "key_digest", "body_digest", "created_at"}


class TestLimits:
    @pytest.fixture(autouse=True)
    def clock(self) -> Iterator[time_machine.Traveller]:
        """Limits count by the hour of the clock: the tests run within one."""
        with time_machine.travel("2026-03-02T10:40:00Z", tick=False) as traveller:
            yield traveller

    def test_the_partners_own_limit(self, program: Program, partner: Partner, clock: time_machine.Traveller) -> None:
        Partner.objects.update(reports_per_hour=3)
        assert [program.send(REPORT).status_code for _ in range(4)] == [201, 201, 201, 429]
        refused = program.send(REPORT)
        assert detail(refused) == "At most 3 reports per hour are accepted with your keys."
        assert refused["Retry-After"] == "1201"
        assert Program.of(make_partner("други")).send(REPORT).status_code == 201
        clock.shift(1201)
        assert program.send(REPORT).status_code == 201
        assert Report.objects.count() == 5

    def test_the_limit_of_all(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hotline.intake.api.selectors.REPORTS_PER_HOUR", 1)
        assert [program.send(REPORT).status_code for _ in range(2)] == [201, 429]

    def test_a_batch_that_does_not_fit_is_refused_whole_and_not_counted(
        self, program: Program, partner: Partner
    ) -> None:
        Partner.objects.update(reports_per_hour=3)
        assert program.send([REPORT] * 4).status_code == 429
        assert program.send([REPORT] * 2).status_code == 201
        assert program.send([REPORT] * 2, **REPEAT).status_code == 429
        assert program.send(REPORT).status_code == 201
        assert Report.objects.count() == 3
        assert not PartnerRequest.objects.exists()

    def test_repeated_report_is_answered_over_the_limit(self, program: Program, partner: Partner) -> None:
        Partner.objects.update(reports_per_hour=1)
        answers = [program.send(REPORT, **REPEAT).status_code for _ in range(3)]
        assert answers == [201, 201, 201]

    def test_repeated_sending_is_limited_like_polling(self, program: Program, partner: Partner) -> None:
        Partner.objects.update(reports_per_hour=1)
        answers = [program.send(REPORT, **REPEAT).status_code for _ in range(12)]
        assert answers == [201] * 11 + [429]

    def test_two_keys_share_it(self, program: Program, partner: Partner) -> None:
        Partner.objects.update(reports_per_hour=1)
        make_key(partner=partner, label="second", actor=None, now=timezone.now())
        second = Program(make_key(partner=partner, label="third", actor=None, now=timezone.now()))
        assert [program.send(REPORT).status_code, second.send(REPORT).status_code] == [201, 429]

    def test_it_holds_without_redis(self, program: Program, partner: Partner, settings: Settings) -> None:
        settings.REDIS_URL = f"redis://127.0.0.1:{closed_port()}/0"
        Partner.objects.update(reports_per_hour=2)
        assert [program.send(REPORT).status_code for _ in range(3)] == [201, 201, 429]

    def test_polling_is_limited(self, program: Program, partner: Partner) -> None:
        place = body(program.send(REPORT))["location"]
        Partner.objects.update(reports_per_hour=1)
        statuses = [program.get(place).status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]


class TestStanding:
    def test_received(self, program: Program) -> None:
        receipt = body(program.send({**REPORT, "reference": "17"}))
        report = Report.objects.get()
        answer = program.get(receipt["location"])
        assert answer.status_code == 200
        assert body(answer) == {
            "id": receipt["id"],
            "reference": "17",
            "state": "received",
            "told": [
                {
                    "at": f"{report.received_at:%Y-%m-%dT%H}:00:00Z",
                    "title": "Received",
                    "text": "Your report has arrived. One of our analysts will read it. Urgent reports come first.",
                }
            ],
        }

    def test_head_has_no_body(self, program: Program) -> None:
        place = body(program.send(REPORT))["location"]
        answer = program.client.head(place, headers={"Authorization": f"Bearer {program.key}"})
        assert (answer.status_code, answer.content) == (200, b"")

    @pytest.mark.parametrize(
        ("state", "title"),
        [
            (ReportState.SPAM, "Closed without assessment"),
            (ReportState.NOT_ASSESSED, "Closed without assessment"),
            (ReportState.CANNOT_ASSESS, "Closed without assessment"),
            (ReportState.CLOSED, "Closed"),
        ],
    )
    def test_closed_unopened_in_the_public_wording_only(self, program: Program, state: ReportState, title: str) -> None:
        receipt = body(program.send(REPORT))
        now = timezone.now()
        Report.objects.update(state=state, outcome=Outcome.NOT_ILLEGAL, closed_at=now)
        standing = body(program.get(receipt["location"]))
        assert (standing["state"], standing["told"][0]["title"]) == ("closed", title)
        assert "spam" not in json.dumps(standing).lower()

    def test_open_again_is_in_progress(self, program: Program) -> None:
        receipt = body(program.send(REPORT))
        now = timezone.now()
        Report.objects.update(state=ReportState.CLOSED, outcome=Outcome.NOT_ILLEGAL, closed_at=now)
        later = now + timedelta(days=3)
        assert add_reporter_message(report=Report.objects.get(), text="и још нешто", row=uuid4(), now=later)
        with time_machine.travel(later + timedelta(hours=1)):
            standing = body(program.get(receipt["location"]))
        assert (standing["state"], standing["told"][0]["title"]) == ("in_progress", "Open again")

    def test_of_another_partner_it_is_unknown(self, program: Program) -> None:
        other = Program.of(make_partner("други"))
        theirs = other.get(body(program.send(REPORT))["location"])
        unknown = other.get(f"{PATH}8e03978e-40d5-43dd-bc93-6894a57f9324/")
        assert theirs.status_code == unknown.status_code == 404
        assert theirs.content == unknown.content

    def test_without_a_key(self, program: Program) -> None:
        place = body(program.send(REPORT))["location"]
        assert program.client.get(place).status_code == 401
        assert program.client.post(place).status_code == 405
