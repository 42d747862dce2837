"""A decision needs that this person opened the text, the dialogue, the pictures and the address, by the audit trail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clicksafely.accounts.models import User
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
from tests.factories.openings import open_everything
from tests.hotline.review.conftest import (
    ILLEGAL,
    NOT_ILLEGAL,
    NOW,
    add_picture,
    address,
    make_answerable_case,
    make_case,
    make_item,
    page,
)

pytestmark = pytest.mark.django_db
LATE = NOW + timedelta(minutes=11)
REPORTS = "/admin/hotline/report/"
MY_WORK = "/admin/hotline/desk/"


def make_full_case(**columns: object) -> Report:
    """A case with text, a message of the reporter, a picture and an address."""
    report = make_answerable_case(**columns)
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
    @pytest.mark.parametrize(
        ("missing", "answers"),
        [
            ("text", NOT_ILLEGAL),
            ("dialogue", ILLEGAL),
            ("pictures", {"classification": "not_found"}),
            ("addresses", NOT_ILLEGAL),
        ],
    )
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

    def test_needs_the_address_of_its_item_in_this_case(self, analyst: User) -> None:
        one, other = make_item(), make_item()
        report = claim(make_case(one, other), analyst)
        open_address(report=report, item=one, actor=analyst, now=NOW)
        assess_item(report=report, item=one, actor=analyst, answers=NOT_ILLEGAL, now=NOW)
        # An opening in another case does not count.
        open_address(report=make_case(other), item=other, actor=analyst, now=NOW)
        with pytest.raises(ContentNotOpened):
            assess_item(report=report, item=other, actor=analyst, answers=NOT_ILLEGAL, now=NOW)

    def test_needs_nothing_that_the_case_lacks_or_no_person_sees(self, analyst: User) -> None:
        report = claim(make_case(make_item(kind=LocationKind.DESCRIBED, host="")), analyst)
        add_picture(report, locked_at=NOW)
        add_picture(report, state=UploadState.UNREADABLE)
        assert not unopened_by(report, analyst)
        assess(report, analyst, NOT_ILLEGAL)


class TestAReason:
    def test_excuses_only_its_own_part_and_no_address(self, analyst: User) -> None:
        for make, reasons in ((make_full_case, ["text_unreadable", "nonsense"]), (make_case, UnopenedReason.values)):
            report = claim(make(), analyst)
            with pytest.raises(ContentNotOpened):
                assess(report, analyst, NOT_ILLEGAL, unopened_reasons=reasons)

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


class TestAnAddress:
    def test_leaves_one_trace_in_ten_minutes(self, analyst: User) -> None:
        report = make_case()
        item = report.items.get()
        for minutes in (0, 5, 11):
            open_address(report=report, item=item, actor=analyst, now=NOW + timedelta(minutes=minutes))
        events = AuditEvent.objects.filter(action="address.opened", subject_id=report.pk, actor_id=analyst.pk)
        assert list(events.values_list("data", flat=True)) == [{"item": item.pk}] * 2

    def test_of_a_case_of_a_colleague_or_in_words_stays_closed(self, analyst: User, colleague: User) -> None:
        report = claim(make_case(), colleague)
        with pytest.raises(NotClaimHolder):
            open_address(report=report, item=report.items.get(), actor=analyst, now=NOW)
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

    assert queries(large) <= queries(small) <= 5


class TestBulk:
    def test_leaves_out_reports_that_a_person_has_to_read(self, analyst: User) -> None:
        plain, grave, pictured, named = (make_case(category=code) for code in ("other", "csam", "other", "other"))
        child, own = make_case(in_child_words=True), make_case(about_me=True)
        profile = make_case(make_item(kind=LocationKind.APP, host=""))
        add_picture(pictured)
        seal_text(named, TextField.CONTACT, {"contact": "Petar Petrović", "wants_answer": True})
        ids = list(Report.objects.order_by("pk").values_list("pk", flat=True))
        result = close_reports(report_ids=ids, state="spam", actor=analyst, now=NOW)
        assert (result.done, Closing.objects.count()) == ([plain.pk], 1)
        assert result.left_out == {
            LeftOut.TWO_PEOPLE: [grave.pk],
            LeftOut.CHILD: [child.pk, own.pk],
            LeftOut.PICTURES: [pictured.pk],
            LeftOut.NAMED: [named.pk, profile.pk],
        }

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


class TestAFeed:
    def test_of_a_partner_is_closed_without_assessment_under_that_name(self, ana: Person) -> None:
        feed = [make_case(channel=Channel.API) for _ in range(3)]
        web = make_case()
        form = {"action": "close_as_not_assessed", "_selected_action": [case.pk for case in (*feed, web)]}
        ana.client.post(REPORTS, form)
        states = [Report.objects.get(pk=case.pk).state for case in (*feed, web)]
        assert states == ["not_assessed"] * 3 + ["triaged"]
        assert not ContentItem.objects.exclude(verdict="").exists()


def test_all_pages_of_the_list_are_not_closed_at_once(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_without_assessment, "MAX_TOGETHER", 2)
    cases = [make_case() for _number in range(3)]
    form = {"action": "close_as_spam", "_selected_action": [cases[0].pk], "index": 0, "select_across": 1}
    ana.client.post(REPORTS, form)
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
    child = claim(make_full_case(in_child_words=True), analyst)
    open_everything(child, by=analyst, now=NOW)
    close_report(report_id=child.pk, state="spam", actor=analyst, now=NOW)
    assert child.closings.get().author_opened


def test_a_report_with_an_item_under_review_elsewhere_is_not_closed(analyst: User) -> None:
    item = make_item(state=ItemState.IN_SECOND_REVIEW)
    waiting = make_case(item, queue=None)
    open_addresses(report=waiting, items=[item], actor=analyst, now=NOW)
    assert close_reports(report_ids=[waiting.pk], state=ReportState.SPAM, actor=analyst, now=NOW).refused == [
        waiting.pk
    ]
    with pytest.raises(WrongState):
        close_report(report_id=waiting.pk, state=ReportState.OUTSIDE_REMIT, actor=analyst, now=NOW)


class TestThePage:
    def test_prints_the_host_until_the_address_is_opened(self, ana: Person, boris: Person) -> None:
        item = make_item("https://www.example.org/marker-path")
        case = make_case(item)
        ana.client.post(address(case, "claim/"))
        html = ana.client.get(address(case)).content.decode()
        assert ("marker-path" in html, "www.example.org" in html) == (False, True)
        response = ana.client.post(address(case, f"address/{item.pk}/"), {"item": "1"})
        assert (response.status_code, "marker-path" in response.content.decode()) == (200, True)
        assert "marker-path" in ana.client.get(address(case)).content.decode()
        assert "marker-path" not in boris.client.get(address(case)).content.decode()
        assert AuditEvent.objects.filter(action="address.opened", actor_id=ana.user.pk).count() == 1

    def test_of_an_item_shows_the_address_behind_a_button(self, ana: Person) -> None:
        item = make_item("https://www.example.org/marker-path")
        case = make_case(item)
        described = make_item(kind=LocationKind.DESCRIBED, host="")
        for path in ("/admin/hotline/contentitem/", f"/admin/hotline/contentitem/{item.pk}/change/"):
            html = ana.client.get(path).content.decode()
            assert ("marker-path" in html, "www.example.org" in html) == (False, True)
        assert str(described.get_kind_display()) in ana.client.get("/admin/hotline/contentitem/").content.decode()
        assert ana.client.get(f"/admin/hotline/address/{item.pk}/").status_code == 302
        html = ana.client.post(f"/admin/hotline/address/{item.pk}/").content.decode()
        assert ("marker-path" in html, case.reference in html) == (True, True)
        event = AuditEvent.objects.get(action="address.opened")
        assert (event.subject_table, event.subject_id) == (ContentItem._meta.db_table, item.pk)

    def test_a_case_in_words_offers_no_host_and_refuses_one_at_once(self, ana: Person) -> None:
        item = make_item(kind=LocationKind.DESCRIBED, host="", state=ItemState.ASSESSED, verdict=Verdict.ILLEGAL)
        case = make_case(item, queue="action", state=ReportState.ACTION_PENDING)
        ana.client.post(address(case, "claim/"))
        html = ana.client.get(address(case)).content.decode()
        assert 'name="routes" value="police"' in html
        assert 'name="routes" value="host"' not in html
        with pytest.raises(InvalidAnswers):
            refer(report=case, item=item, actor=ana.user, routes=["host"], now=timezone.now())
        assert not item.referrals.exists()


def test_random_checks_are_listed_for_eligible_users(
    ana: Person, boris: Person, vera: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: True)
    report = claim(make_case(), ana.user)
    open_everything(report, by=ana.user, now=NOW)
    assess(report, ana.user, NOT_ILLEGAL)
    offer_checks(now=LATE)
    people = (ana, boris, vera)
    for place in (MY_WORK, f"{REPORTS}?queue__exact=second"):
        assert [report.reference in page(person, place) for person in people] == [False, True, True]
    assert [selectors.work_counts(person.user).second.waiting for person in people] == [0, 1, 1]
