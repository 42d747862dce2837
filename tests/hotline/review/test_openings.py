"""A decision needs that this person opened the text, the dialogue, the pictures and the address, by the audit trail."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.closings import offer_checks
from hotline.lifecycle.exceptions import WrongState
from hotline.models import (
    Assessment,
    Channel,
    Closing,
    ContentItem,
    Direction,
    LocationKind,
    Report,
    TextField,
    Upload,
    UploadState,
)
from hotline.models.sealed_content import sealed_path
from hotline.review import assessments, claims, close_without_assessment, sealed_content, selectors
from hotline.review.assessments import assess_item
from hotline.review.close_without_assessment import LeftOut, close_report, close_reports
from hotline.review.exceptions import ContentNotOpened, InvalidAnswers, NotClaimHolder, NothingToOpen
from hotline.review.openings import UnopenedReason, open_address, open_addresses, unopened_by
from hotline.review.referral_services import refer
from hotline.review.reopen_services import reopen_for_reporter
from hotline.states import ItemState, ReportState, Verdict
from tests.clients.staff import Person
from tests.factories.hotline import make_message, seal_text
from tests.factories.openings import open_everything, open_everything_as
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, NOW, make_case, make_item

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(minutes=11)
REPORTS = "/admin/hotline/report/"
MY_WORK = "/admin/hotline/desk/"


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


def add_picture(report: Report, **columns: object) -> Upload:
    """Add a drawn square."""
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "#28a").save(drawn, "PNG")
    upload = Upload.objects.create(report=report, size=1, mime_type="image/png", stored_at=NOW, **columns)
    path = sealed_path(upload.uuid)
    path.parent.mkdir(parents=True, exist_ok=True)
    seal = sealing.seal(drawn.getvalue(), ring="hotline", table="hotline_upload", field="image", row=upload.uuid)
    path.write_bytes(seal)
    return upload


def make_full_case(**columns: object) -> Report:
    """A case with text, a message of the reporter, a picture and an address."""
    key = sealing.ReporterKey.derive(receipts.generate_code(), b"s" * 16)
    report = make_case(reporter_salt=b"s" * 16, reporter_public_key=key.public_bytes, **columns)
    seal_text(report, TextField.WORDS, {"what": "шта сам видео"})
    make_message(report, "Има још нешто.", direction=Direction.REPORTER)
    add_picture(report)
    return report


def damage(report: Report, *, text: bool = True, pictures: bool = True) -> None:
    """Damage the seals of the text and lose the pictures."""
    if text:
        report.texts.update(sealed=b"damaged")
    for upload in report.uploads.all() if pictures else ():
        sealed_path(upload.uuid).unlink()


def claim(report: Report, actor: User) -> Report:
    return claims.claim_case(report_id=report.pk, actor=actor, now=NOW)


def assess(report: Report, actor: User, answers: dict[str, str], **options: object) -> Assessment:
    return assess_item(report=report, item=report.items.get(), actor=actor, answers=answers, now=NOW, **options)  # type: ignore[arg-type]


OPENINGS: dict[str, Callable[[Report, User], object]] = {
    "text": lambda report, actor: sealed_content.open_report_text(report=report, actor=actor, now=NOW),
    "dialogue": lambda report, actor: sealed_content.open_thread(report=report, actor=actor, now=NOW),
    "pictures": lambda report, actor: sealed_content.reveal_blurred(report=report, actor=actor, now=NOW),
    "addresses": lambda report, actor: open_addresses(report=report, items=report.items.all(), actor=actor, now=NOW),
}


class TestAVerdict:
    @pytest.mark.parametrize("answers", [NOT_ILLEGAL, ILLEGAL, {"classification": "not_found"}])
    @pytest.mark.parametrize("missing", OPENINGS)
    def test_is_refused_while_one_part_is_unopened(self, analyst: User, missing: str, answers: dict[str, str]) -> None:
        report = claim(make_full_case(), analyst)
        for part, opens in OPENINGS.items():
            if part != missing:
                opens(report, analyst)
        with pytest.raises(ContentNotOpened):
            assess(report, analyst, answers)
        assert not Assessment.objects.exists()
        assert not AuditEvent.objects.filter(action="item.assessed").exists()
        OPENINGS[missing](report, analyst)
        assert assess(report, analyst, answers)

    def test_needs_nothing_that_the_case_lacks(self, analyst: User) -> None:
        report = claim(make_case(make_item(kind=LocationKind.DESCRIBED, host="")), analyst)
        assert not unopened_by(report, analyst)
        assess(report, analyst, NOT_ILLEGAL)

    def test_of_a_second_person_needs_an_opening_by_that_person(self, analyst: User, colleague: User) -> None:
        report = claim(make_full_case(), analyst)
        open_everything(report, by=analyst, now=NOW)
        assess(report, analyst, ILLEGAL)
        claim(report, colleague)
        with pytest.raises(ContentNotOpened):
            assess(report, colleague, ILLEGAL)
        assert Assessment.objects.count() == 1
        open_everything(report, by=colleague, now=NOW)
        assess(report, colleague, ILLEGAL)
        assert report.items.get().state == ItemState.ASSESSED

    def test_of_a_supervisor_in_a_dispute_too(self, analyst: User, colleague: User, supervisor: User) -> None:
        report = make_full_case()
        for actor, answers in ((analyst, ILLEGAL), (colleague, NOT_ILLEGAL)):
            claim(report, actor)
            open_everything(report, by=actor, now=NOW)
            assess(report, actor, answers)
        claim(report, supervisor)
        with pytest.raises(ContentNotOpened):
            assess(report, supervisor, ILLEGAL)
        open_everything(report, by=supervisor, now=NOW)
        assess(report, supervisor, ILLEGAL)

    def test_of_a_random_check_too(self, analyst: User, colleague: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: True)
        report = claim(make_full_case(), analyst)
        open_everything(report, by=analyst, now=NOW)
        assess(report, analyst, NOT_ILLEGAL)
        offer_checks(now=LATE)
        claims.claim_case(report_id=report.pk, actor=colleague, now=LATE)
        item = report.items.get()
        with pytest.raises(ContentNotOpened):
            assess_item(report=report, item=item, actor=colleague, answers=NOT_ILLEGAL, now=LATE)
        assert Closing.objects.get().second is None
        open_everything(report, by=colleague, now=LATE)
        assess_item(report=report, item=item, actor=colleague, answers=NOT_ILLEGAL, now=LATE)
        assert Closing.objects.values_list("second", "second_opened").get() == (colleague.pk, True)

    def test_needs_the_address_of_its_item_only(self, analyst: User) -> None:
        one, other = make_item(), make_item()
        report = claim(make_case(one, other), analyst)
        open_address(report=report, item=one, actor=analyst, now=NOW)
        assess_item(report=report, item=one, actor=analyst, answers=NOT_ILLEGAL, now=NOW)
        with pytest.raises(ContentNotOpened):
            assess_item(report=report, item=other, actor=analyst, answers=NOT_ILLEGAL, now=NOW)

    def test_does_not_use_an_opening_in_another_case(self, analyst: User) -> None:
        item = make_item()
        one, other = make_case(item), claim(make_case(item), analyst)
        open_address(report=one, item=item, actor=analyst, now=NOW)
        with pytest.raises(ContentNotOpened):
            assess(other, analyst, NOT_ILLEGAL)

    def test_needs_a_message_that_came_later(self, analyst: User) -> None:
        report = claim(make_full_case(), analyst)
        open_everything(report, by=analyst, now=NOW)
        make_message(report, "И још.", direction=Direction.REPORTER)
        with pytest.raises(ContentNotOpened):
            assess(report, analyst, NOT_ILLEGAL)

    def test_leaves_out_pictures_that_are_shown_to_no_person(self, analyst: User) -> None:
        report = claim(make_case(), analyst)
        add_picture(report, locked_at=NOW)
        add_picture(report, state=UploadState.UNREADABLE)
        open_everything(report, by=analyst, now=NOW)
        assert not unopened_by(report, analyst)


class TestAReason:
    @pytest.mark.parametrize("reason", [*UnopenedReason.values, "nonsense"])
    def test_excuses_only_its_own_part(self, analyst: User, reason: str) -> None:
        report = claim(make_full_case(), analyst)
        with pytest.raises(ContentNotOpened):
            assess(report, analyst, NOT_ILLEGAL, unopened_reasons=[reason])

    def test_excuses_no_address(self, analyst: User) -> None:
        report = claim(make_case(), analyst)
        with pytest.raises(ContentNotOpened):
            assess(report, analyst, NOT_ILLEGAL, unopened_reasons=UnopenedReason.values)

    def test_pending_picture_check_is_a_reason_while_it_runs(self, analyst: User) -> None:
        report = claim(make_case(), analyst)
        open_everything(report, by=analyst, now=NOW)
        upload = add_picture(report, state=UploadState.READY)
        with pytest.raises(ContentNotOpened):
            assess(report, analyst, NOT_ILLEGAL, unopened_reasons=["picture_waiting"])
        Upload.objects.filter(pk=upload.pk).update(state=UploadState.WAITING)
        assess(report, analyst, NOT_ILLEGAL, unopened_reasons=["picture_waiting"])

    def test_is_recorded_and_leads_to_a_check(
        self, analyst: User, colleague: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: False)
        report = claim(make_full_case(), analyst)
        OPENINGS["addresses"](report, analyst)
        damage(report)
        assess(report, analyst, NOT_ILLEGAL, unopened_reasons=["text_unreadable", "picture_unreadable"])
        event = AuditEvent.objects.get(action="item.unopened_excused")
        assert event.data == {"item": report.items.get().pk, "unopened": ["text_unreadable", "picture_unreadable"]}
        closing = Closing.objects.get()
        assert (closing.author_opened, closing.effective_at) == (False, None)
        offer_checks(now=LATE)
        assert list(selectors.second_opinions(colleague, LATE)) == [report]

    @pytest.mark.parametrize("damaged", ["nothing", "text", "pictures"])
    def test_has_to_be_true(self, analyst: User, damaged: str) -> None:
        report = claim(make_full_case(), analyst)
        OPENINGS["addresses"](report, analyst)
        damage(report, text=damaged == "text", pictures=damaged == "pictures")
        with pytest.raises(ContentNotOpened):
            assess(report, analyst, NOT_ILLEGAL, unopened_reasons=["text_unreadable", "picture_unreadable"])
        assert not AuditEvent.objects.filter(action="item.unopened_excused").exists()

    def test_unreadable_picture_excuses_no_other(self, analyst: User) -> None:
        report = claim(make_full_case(), analyst)
        open_everything(report, by=analyst, now=NOW)
        lost, shown = add_picture(report), add_picture(report)
        sealed_path(lost.uuid).unlink()
        with pytest.raises(ContentNotOpened):
            assess(report, analyst, NOT_ILLEGAL, unopened_reasons=["picture_unreadable"])
        sealed_content.reveal_upload(upload=shown, actor=analyst, now=NOW)
        assess(report, analyst, NOT_ILLEGAL, unopened_reasons=["picture_unreadable"])

    def test_unneeded_reason_is_not_recorded(self, analyst: User) -> None:
        report = claim(make_full_case(), analyst)
        open_everything(report, by=analyst, now=NOW)
        assess(report, analyst, NOT_ILLEGAL, unopened_reasons=["text_unreadable"])
        assert not AuditEvent.objects.filter(action="item.unopened_excused").exists()


class TestAnAddress:
    def test_leaves_one_trace_in_ten_minutes(self, analyst: User) -> None:
        report = make_case()
        item = report.items.get()
        for minutes in (0, 5, 11):
            open_address(report=report, item=item, actor=analyst, now=NOW + timedelta(minutes=minutes))
        events = AuditEvent.objects.filter(action="address.opened", subject_id=report.pk, actor_id=analyst.pk)
        assert list(events.values_list("data", flat=True)) == [{"item": item.pk}] * 2

    def test_of_a_case_of_a_colleague_stays_closed(self, analyst: User, colleague: User) -> None:
        report = claim(make_case(), colleague)
        with pytest.raises(NotClaimHolder):
            open_address(report=report, item=report.items.get(), actor=analyst, now=NOW)

    def test_missing_content_cannot_be_opened(self, analyst: User) -> None:
        report = make_case(make_item(kind=LocationKind.DESCRIBED, host=""))
        with pytest.raises(NothingToOpen):
            open_address(report=report, item=report.items.get(), actor=analyst, now=NOW)


def test_the_check_has_as_many_queries_for_a_large_case(analyst: User) -> None:
    small, large = make_full_case(), make_full_case()
    for position in range(1, 12):
        large.report_items.create(item=make_item(), position=position)
        add_picture(large)
        make_message(large, "Још.", direction=Direction.REPORTER)

    def queries(report: Report) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert unopened_by(report, analyst)
        return len(captured)

    assert queries(small) == queries(large) == 5


class TestBulk:
    @pytest.mark.parametrize("state", ["spam", "outside_remit"])
    @pytest.mark.parametrize(
        ("columns", "reason"),
        [
            ({"category": "csam"}, LeftOut.TWO_PEOPLE),
            ({"category": "other", "danger_now": True}, LeftOut.TWO_PEOPLE),
            ({"category": "hate-speech", "in_child_words": True}, LeftOut.CHILD),
            ({"category": "other", "about_me": True}, LeftOut.CHILD),
        ],
    )
    def test_leaves_out_grave_and_unopened_reports(
        self, analyst: User, columns: dict[str, object], reason: LeftOut, state: str
    ) -> None:
        report, plain = make_case(**columns), make_case()
        result = close_reports(report_ids=[report.pk, plain.pk], state=state, actor=analyst, now=NOW)
        assert (result.done, result.left_out) == ([plain.pk], {reason: [report.pk]})

    def test_leaves_out_pictures_and_names(self, analyst: User) -> None:
        pictured, named, profile = make_case(), make_case(), make_case(make_item(kind=LocationKind.APP, host=""))
        add_picture(pictured)
        seal_text(named, TextField.CONTACT, {"contact": "Petar Petrović", "wants_answer": True})
        ids = [pictured.pk, named.pk, profile.pk]
        result = close_reports(report_ids=ids, state="spam", actor=analyst, now=NOW)
        assert result.left_out == {LeftOut.PICTURES: [pictured.pk], LeftOut.NAMED: [named.pk, profile.pk]}
        assert (result.done, Closing.objects.count()) == ([], 0)

    def test_leaves_out_a_reopened_report(self, analyst: User) -> None:
        report = make_full_case(
            channel=Channel.API, state=ReportState.CLOSED, outcome="removed", closed_at=NOW, queue=None
        )
        report.uploads.all().delete()
        report.refresh_from_db()
        with transaction.atomic():
            reopen_for_reporter(report=report, now=NOW)
        for state in (ReportState.SPAM, ReportState.NOT_ASSESSED):
            result = close_reports(report_ids=[report.pk], state=state, actor=analyst, now=NOW)
            assert (result.done, result.left_out) == ([], {LeftOut.MESSAGE: [report.pk]})

    def test_in_the_list_shows_counts_and_reasons(self, ana: Person) -> None:
        child, pictured, plain = make_case(in_child_words=True), make_case(), make_case()
        add_picture(pictured)
        form = {"action": "close_as_outside_remit", "_selected_action": [child.pk, pictured.pk, plain.pk]}
        html = ana.client.post(REPORTS, form, follow=True).content.decode()
        assert "1 предмет је затворен без процене." in html
        assert "1 предмет је изостављен: пријава детета или о самом пријавиоцу." in html
        assert "1 предмет је изостављен: садржи слике." in html
        assert set(Report.objects.values_list("state", flat=True)) == {"triaged", "outside_remit"}


class TestAFeed:
    def test_of_a_partner_is_closed_without_assessment_under_that_name(self, ana: Person) -> None:
        feed = [make_case(channel=Channel.API) for _ in range(3)]
        web = make_case()
        form = {"action": "close_as_not_assessed", "_selected_action": [case.pk for case in (*feed, web)]}
        html = ana.client.post(REPORTS, form, follow=True).content.decode()
        assert "3 предмета су затворена без процене." in html
        assert "1 предмет је изостављен: није од партнера." in html
        states = [Report.objects.get(pk=case.pk).state for case in (*feed, web)]
        assert states == ["not_assessed"] * 3 + ["triaged"]
        assert not ContentItem.objects.exclude(verdict="").exists()

    def test_is_not_closed_so_one_by_one(self, analyst: User) -> None:
        report = make_case(channel=Channel.API)
        with pytest.raises(WrongState):
            close_report(report_id=report.pk, state=ReportState.NOT_ASSESSED, actor=analyst, now=NOW)

    def test_gets_no_verdict_unread(self, analyst: User) -> None:
        report = claim(make_case(channel=Channel.API), analyst)
        with pytest.raises(ContentNotOpened):
            assess(report, analyst, NOT_ILLEGAL)


def test_all_pages_of_the_list_are_not_closed_at_once(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_without_assessment, "MAX_TOGETHER", 2)
    cases = [make_case() for _number in range(3)]
    form = {"action": "close_as_spam", "_selected_action": [cases[0].pk], "index": 0, "select_across": 1}
    html = ana.client.post(REPORTS, form, follow=True).content.decode()
    assert "највише 2 пријава" in html
    assert set(Report.objects.values_list("state", flat=True)) == {ReportState.TRIAGED}
    ana.client.post(REPORTS, {**form, "select_across": 0})
    assert Report.objects.filter(state=ReportState.SPAM).count() == 1


def test_a_closing_needs_no_part_that_cannot_be_opened(analyst: User) -> None:
    report = claim(make_full_case(), analyst)
    damage(report)
    with pytest.raises(ContentNotOpened):
        close_report(report_id=report.pk, state=ReportState.SPAM, actor=analyst, now=NOW)
    OPENINGS["addresses"](report, analyst)
    close_report(report_id=report.pk, state=ReportState.SPAM, actor=analyst, now=NOW)
    assert not Closing.objects.get().author_opened


def test_a_report_with_an_item_under_review_elsewhere_is_not_closed(analyst: User) -> None:
    item = make_item(state=ItemState.IN_SECOND_REVIEW)
    waiting = make_case(item, queue=None)
    open_addresses(report=waiting, items=[item], actor=analyst, now=NOW)
    assert close_reports(report_ids=[waiting.pk], state=ReportState.SPAM, actor=analyst, now=NOW).refused == [
        waiting.pk
    ]
    with pytest.raises(WrongState):
        close_report(report_id=waiting.pk, state=ReportState.OUTSIDE_REMIT, actor=analyst, now=NOW)


def test_closing_one_case_needs_its_opening(analyst: User) -> None:
    report = claim(make_full_case(in_child_words=True), analyst)
    with pytest.raises(ContentNotOpened):
        close_report(report_id=report.pk, state="spam", actor=analyst, now=NOW)
    open_everything(report, by=analyst, now=NOW)
    close_report(report_id=report.pk, state="spam", actor=analyst, now=NOW)
    assert Closing.objects.get().author_opened


class TestThePage:
    def address(self, case: Report, act: str = "") -> str:
        return f"/admin/hotline/case/{case.pk}/{act}"

    def test_prints_the_host_until_the_address_is_opened(self, ana: Person, boris: Person) -> None:
        item = make_item("https://www.example.org/marker-path")
        case = make_case(item)
        ana.client.post(self.address(case, "claim/"))
        html = ana.client.get(self.address(case)).content.decode()
        assert ("marker-path" in html, "www.example.org" in html) == (False, True)
        response = ana.client.post(self.address(case, f"address/{item.pk}/"), {"item": "1"})
        assert (response.status_code, "marker-path" in response.content.decode()) == (200, True)
        assert "marker-path" in ana.client.get(self.address(case)).content.decode()
        assert "marker-path" not in boris.client.get(self.address(case)).content.decode()
        assert AuditEvent.objects.filter(action="address.opened", actor_id=ana.user.pk).count() == 1

    def test_opens_all_but_the_pictures_at_once(self, ana: Person) -> None:
        case = make_full_case()
        ana.client.post(self.address(case, "claim/"))
        ana.client.post(self.address(case, "open/"))
        unopened = unopened_by(case, ana.user)
        assert (unopened.text, unopened.dialogue, len(unopened.pictures), unopened.addresses) == (False, False, 1, ())

    def test_lists_unopened_content(self, ana: Person) -> None:
        case = make_full_case()
        ana.client.post(self.address(case, "claim/"))
        html = ana.client.get(self.address(case)).content.decode()
        box = html[html.index('id="unopened-box"') : html.index('id="assessment-form"')]
        for part in ("текст пријаве", "преписка", "слика 1", "адреса садржаја 1"):
            assert part in box
        open_everything_as(ana, case)
        html = ana.client.get(self.address(case)).content.decode()
        assert "Још нисте отворили" not in html

    def test_keeps_the_answers_of_a_forged_request(self, ana: Person) -> None:
        case = make_full_case()
        ana.client.post(self.address(case, "claim/"))
        form = {"q-classification": "baseline_csam", "q-age": "infant", "q-gender": "female"}
        refused = ana.client.post(
            self.address(case, f"assess/{case.items.get().pk}/"), {**form, "unopened": "picture_unreadable"}
        )
        html = refused.content.decode()
        assert (refused.status_code, "нисте све отворили" in html) == (422, True)
        for name, value in {**form, "unopened": "picture_unreadable"}.items():
            start = html.index(f'name="{name}" value="{value}"')
            assert "checked" in html[start : html.index(">", start)]
        assert not Assessment.objects.exists()

    def test_of_an_item_shows_the_address_behind_a_button(self, ana: Person) -> None:
        item = make_item("https://www.example.org/marker-path")
        case = make_case(item)
        for path in ("/admin/hotline/contentitem/", f"/admin/hotline/contentitem/{item.pk}/change/"):
            html = ana.client.get(path).content.decode()
            assert ("marker-path" in html, "www.example.org" in html) == (False, True)
        assert ana.client.get(f"/admin/hotline/address/{item.pk}/").status_code == 302
        html = ana.client.post(f"/admin/hotline/address/{item.pk}/").content.decode()
        assert ("marker-path" in html, case.reference in html) == (True, True)
        event = AuditEvent.objects.get(action="address.opened")
        assert (event.subject_table, event.subject_id) == (ContentItem._meta.db_table, item.pk)

    def test_a_case_in_words_offers_no_host_and_refuses_one_at_once(self, ana: Person) -> None:
        item = make_item(kind=LocationKind.DESCRIBED, host="", state=ItemState.ASSESSED, verdict=Verdict.ILLEGAL)
        case = make_case(item, queue="action", state=ReportState.ACTION_PENDING)
        ana.client.post(self.address(case, "claim/"))
        html = ana.client.get(self.address(case)).content.decode()
        assert 'name="routes" value="police"' in html
        assert 'name="routes" value="host"' not in html
        assert "Нема хоста који би се обавестио" in html
        with pytest.raises(InvalidAnswers):
            refer(report=case, item=item, actor=ana.user, routes=["host"], now=timezone.now())
        assert not item.referrals.exists()


class TestRandomChecks:
    @pytest.fixture(autouse=True)
    def _drawn(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: True)

    @pytest.fixture
    def checked(self, ana: Person) -> Report:
        case = make_case()
        case_url = f"/admin/hotline/case/{case.pk}/"
        ana.client.post(f"{case_url}claim/")
        open_everything_as(ana, case)
        answer = ana.client.post(f"{case_url}assess/{case.items.get().pk}/", {"q-classification": "not_illegal"})
        assert answer.status_code == 302
        Closing.objects.update(created_at=timezone.now() - timedelta(minutes=11))
        offer_checks(now=timezone.now())
        # The message after the act is shown once.
        ana.client.get(MY_WORK)
        return case

    def test_are_listed_for_eligible_users(self, checked: Report, ana: Person, boris: Person, vera: Person) -> None:
        for person in (boris, vera):
            assert checked.reference in person.client.get(MY_WORK).content.decode()
            assert checked.reference in person.client.get(f"{REPORTS}?queue__exact=second").content.decode()
            assert selectors.work_counts(person.user).second.waiting == 1
        assert checked.reference not in ana.client.get(MY_WORK).content.decode()
        assert checked.reference not in ana.client.get(f"{REPORTS}?queue__exact=second").content.decode()
        assert selectors.work_counts(ana.user).second.waiting == 0

    def test_are_a_link_for_the_supervisor(self, checked: Report, vera: Person) -> None:
        html = vera.client.get(MY_WORK).content.decode()
        assert f'<a href="{REPORTS}?queue__exact=second">1 одлука „није незаконито“' in html

    def test_look_like_other_second_opinions(self, checked: Report, ana: Person, boris: Person) -> None:
        other = make_case()
        case_url = f"/admin/hotline/case/{other.pk}/"
        ana.client.post(f"{case_url}claim/")
        open_everything_as(ana, other)
        ana.client.post(f"{case_url}assess/{other.items.get().pk}/", {"q-classification": "hate_speech"})
        html = boris.client.get(MY_WORK).content.decode()
        rows = html[html.index('id="second-opinions"') :].split("<li>")[1:3]
        first, second = (
            row.replace(case.reference, "").replace(f"/{case.pk}/", "")
            for row, case in zip(rows, (checked, other), strict=True)
        )
        assert first.partition("</li>")[0] == second.partition("</li>")[0]


def test_json_of_an_event_is_codes_only(analyst: User) -> None:
    report = claim(make_case(), analyst)
    OPENINGS["addresses"](report, analyst)
    assert "example" not in json.dumps(list(AuditEvent.objects.values_list("data", flat=True)))
