"""API responses: statuses, problem documents, batches, repeats, limits. Never a page, a cookie or a 500."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import ANY
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
    def test_it_is_stored_audited_and_triaged(self, program: Program, partner: Partner) -> None:
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
        event = AuditEvent.objects.get(action="partner.reported")
        assert event.data == {"partner": partner.pk, "key": partner.keys.get().pk}
        assert (event.subject_id, event.actor_id) == (sent.report_id, None)
        assert partner.keys.get().last_used_at is not None
        assert triage_report(report_id=sent.report_id, now=timezone.now())
        assert sent.report.items.get().canonical == "https://forum.example.org/topic/17"

    def test_xarf(self, program: Program) -> None:
        answer = program.send(XARF)
        assert answer.status_code == 201
        assert body(answer)["reference"] == XARF["report_id"]
        assert Report.objects.get().category == "csam"

    def test_a_bad_one(self, program: Program) -> None:
        answer = program.send(BAD)
        assert answer.status_code == 422
        assert set(faults(answer)) == {"/addresses/1"}
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
        assert (entries[1]["index"], {*entries[1]}) == (1, {"index", "status", "errors"})
        pointers = [[error["pointer"] for error in entries[index]["errors"]] for index in (1, 3)]
        assert pointers == [["/reports/1/addresses/1"], ["/reports/3"]]
        assert Report.objects.count() == 2

    def test_all_bad(self, program: Program) -> None:
        answer = program.send([BAD, {}])
        assert answer.status_code == 422
        assert set(faults(answer)) == {"/0/addresses/1", "/1", "/1/category"}
        answer = program.send([{f"field{number}": 1 for number in range(50)}] * 100)
        assert (answer.status_code, len(faults(answer))) == (422, 100)
        assert not Report.objects.exists()

    @pytest.mark.parametrize(
        ("content", "pointer"),
        [
            ([], ""),
            ([REPORT] * 101, ""),
            ({"reports": []}, "/reports"),
            ({"reports": REPORT}, "/reports"),
            ({"reports": [REPORT], "x": 1}, ""),
            (5, ""),
        ],
    )
    def test_no_batch(self, program: Program, content: Any, pointer: str) -> None:
        answer = program.send(content)
        assert (answer.status_code, [*faults(answer)]) == (422, [pointer])
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
                {"Authorization": program.key},
                {"Authorization": f"Basic {program.key}"},
                {"Authorization": f"Bearer {program.key}x"},
                {"Authorization": f"Bearer {revoked}"},
                {"Authorization": f"Bearer {shut_out}"},
                {"Authorization": "Bearer \u00e9\u00e9"},
                {"Authorization": "Bearer " + "x" * 5000},
            ]
        ]
        assert {(answer.status_code, answer.content, answer["WWW-Authenticate"]) for answer in answers} == {
            (401, answers[0].content, 'Bearer realm="Net Patrola partners"')
        }
        assert not Report.objects.exists()

    def test_it_is_checked_before_the_body_is_read(self, program: Program) -> None:
        assert program.send(b"{", Authorization="Bearer x", Content_Type="text/plain").status_code == 401
        assert program.send(REPORT, Authorization=f"bearer {program.key}").status_code == 201


class TestRequest:
    @pytest.mark.parametrize("content_type", ["text/plain", "application/json; charset=latin-1", ""])
    def test_another_type(self, program: Program, content_type: str) -> None:
        assert program.send(REPORT, Content_Type=content_type).status_code == 415

    def test_size(self, program: Program) -> None:
        whole = json.dumps(REPORT).encode()
        largest = whole + b" " * (request_checks.MAX_BODY - len(whole))
        assert program.send(largest, Content_Type="application/json; charset=UTF-8").status_code == 201
        answer = program.send(largest + b" ")
        assert answer.status_code == 413
        assert str(request_checks.MAX_BODY) in detail(answer)

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
        assert (answer.status_code, "Content-Length" in detail(answer)) == (411, True)

    @pytest.mark.parametrize("method", ["get", "put", "head", "options"])
    def test_other_methods(self, program: Program, method: str) -> None:
        answer = getattr(program.client, method)(PATH)
        assert (answer.status_code, answer["Allow"]) == (405, "POST")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("post", "/api/v1/reports"),
            ("get", "/api/v1/reports/7/"),
            ("post", "/api/v2/reports/"),
            ("get", "/api/reports/8E03978E-40D5-43DD-BC93-6894A57F9324/"),
            ("get", "/api/"),
        ],
    )
    def test_nothing_there(self, program: Program, method: str, path: str) -> None:
        answer = getattr(program.client, method)(path)
        assert (answer.status_code, bool(detail(answer))) == (404, True)

    def test_a_fault_of_ours_a_foreign_host_and_no_json(
        self, program: Program, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer = program.send(b'{"category": }')
        assert (answer.status_code, "column 14" in detail(answer)) == (400, True)
        answer = program.client.get(PATH, headers={"Host": "evil.invalid"})
        assert (answer.status_code, "evil" in detail(answer)) == (400, False)
        monkeypatch.setattr(request_checks, "read_batch", lambda body: 1 / 0)
        answer = program.send(REPORT)
        assert (answer.status_code, "division" in detail(answer)) == (500, False)

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
        answers = [program.send([REPORT, BAD, XARF, REPORT], **REPEAT) for _ in range(2)]
        answers.append(program.send([REPORT, BAD, XARF, REPORT], Idempotency_Key=f'"{REPEAT["Idempotency_Key"]}"'))
        assert {answer.status_code for answer in answers} == {207}
        assert len({answer.content for answer in answers}) == 1
        assert Report.objects.count() == PartnerReport.objects.count() == 3
        assert AuditEvent.objects.filter(action="partner.reported").count() == 3
        first = body(answers[0])["reports"][0]
        assert find_case(receipts.normalise_receipt(first["receipt"])) == Report.objects.earliest("pk")
        assert program.send(XARF, **REPEAT).status_code == 422, "the key was used with another body"
        row = PartnerRequest.objects.values().get()
        assert REPEAT["Idempotency_Key"] not in str(row)
        assert set(row) == {"id", "partner_id", "key_digest", "body_digest", "created_at"}
        other = Program.of(make_partner("други")).send([REPORT, BAD, XARF, REPORT], **REPEAT)
        assert body(other) != body(answers[0])
        assert Report.objects.count() == 6

    def test_another_key_of_the_same_partner_is_the_same_program(self, program: Program, partner: Partner) -> None:
        first = program.send(REPORT, **REPEAT)
        revoke_key(key=partner.keys.get(), actor=None, now=timezone.now())  # type: ignore[arg-type]
        assert program.send(REPORT, **REPEAT).status_code == 401
        assert Program.of(partner).send(REPORT, **REPEAT).content == first.content

    @pytest.mark.parametrize("key", ["short", "a" * 201, "spaces in the middle of"])
    def test_no_such_key(self, program: Program, key: str) -> None:
        answer = program.send(REPORT, Idempotency_Key=key)
        assert answer.status_code == 400
        assert not Report.objects.exists()

    def test_after_its_days_it_may_be_used_anew(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hotline.intake.api.idempotency.IDEMPOTENCY_DAYS", 2)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            first = body(program.send(REPORT, **REPEAT))
            clock.shift(3 * 24 * 3600)
            assert body(program.send({**REPORT, "reference": "2"}, **REPEAT))["id"] != first["id"]
            assert program.send(REPORT, **REPEAT).status_code == 422
        assert PartnerRequest.objects.count() == 1


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
        assert " 3 " in detail(refused)
        assert refused["Retry-After"] == "1201"
        second = Program(make_key(partner=partner, label="second", actor=None, now=timezone.now()))
        assert second.send(REPORT).status_code == 429
        assert Program.of(make_partner("други")).send(REPORT).status_code == 201
        clock.shift(1201)
        assert program.send(REPORT).status_code == 201
        assert Report.objects.count() == 5

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

    def test_repeated_sending_is_limited_like_polling(self, program: Program, partner: Partner) -> None:
        Partner.objects.update(reports_per_hour=1)
        answers = [program.send(REPORT, **REPEAT).status_code for _ in range(12)]
        assert answers == [201] * 11 + [429]

    def test_polling_is_limited(self, program: Program, partner: Partner) -> None:
        place = body(program.send(REPORT))["location"]
        Partner.objects.update(reports_per_hour=1)
        statuses = [program.get(place).status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]

    def test_of_all_and_without_redis(
        self, program: Program, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("hotline.intake.api.selectors.REPORTS_PER_HOUR", 1)
        settings.REDIS_URL = f"redis://127.0.0.1:{closed_port()}/0"
        assert [program.send(REPORT).status_code for _ in range(2)] == [201, 429]


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
            "told": [{"at": f"{report.received_at:%Y-%m-%dT%H}:00:00Z", "title": "Received", "text": ANY}],
        }
        head = program.client.head(receipt["location"], headers={"Authorization": f"Bearer {program.key}"})
        assert (head.status_code, head.content) == (200, b"")

    @pytest.mark.parametrize("state", [ReportState.SPAM, ReportState.CLOSED])
    def test_closed_unopened_in_the_public_wording_only(self, program: Program, state: ReportState) -> None:
        receipt = body(program.send(REPORT))
        now = timezone.now()
        Report.objects.update(state=state, outcome=Outcome.NOT_ILLEGAL, closed_at=now)
        standing = body(program.get(receipt["location"]))
        assert standing["state"] == "closed"
        assert (standing["told"][0]["title"] == "Closed") == (state == ReportState.CLOSED)
        assert "spam" not in json.dumps(standing).lower()

    def test_open_again_is_in_progress(self, program: Program) -> None:
        receipt = body(program.send(REPORT))
        now = timezone.now()
        Report.objects.update(state=ReportState.CLOSED, outcome=Outcome.NOT_ILLEGAL, closed_at=now)
        later = now + timedelta(days=3)
        assert add_reporter_message(report=Report.objects.get(), text="и још нешто", row=uuid4(), now=later)
        with time_machine.travel(later + timedelta(hours=1)):
            standing = body(program.get(receipt["location"]))
        assert standing["state"] == "in_progress"

    def test_of_another_partner_it_is_unknown(self, program: Program) -> None:
        other = Program.of(make_partner("други"))
        theirs = other.get(body(program.send(REPORT))["location"])
        unknown = other.get(f"{PATH}8e03978e-40d5-43dd-bc93-6894a57f9324/")
        assert theirs.status_code == unknown.status_code == 404
        assert theirs.content == unknown.content
        place = PartnerReport.objects.get().uuid
        assert program.client.get(f"{PATH}{place}/").status_code == 401
        assert program.client.post(f"{PATH}{place}/").status_code == 405
