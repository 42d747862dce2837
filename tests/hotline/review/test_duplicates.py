"""The original of a duplicate: its choice, refusals, proposals, and the rows that the database does not take."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from clicksafely.accounts.models import User
from hotline.models import Report
from hotline.review import claims, close_without_assessment, duplicates, reopen_services
from hotline.review.duplicates import possible_originals
from hotline.review.exceptions import ClosingsDiffer, InvalidOriginal
from hotline.review.undo import undo_closing
from hotline.states import Queue, ReportState
from tests.clients.staff import Person
from tests.factories.openings import open_and_close
from tests.hotline.review.conftest import NOW, make_case, make_item, send
from tests.hotline.review.test_close_without_assessment import make_grave, read

pytestmark = pytest.mark.django_db


def close(report: Report, original: str, actor: User) -> None:
    open_and_close(report=report, state="duplicate", actor=actor, now=NOW, original=original)
    report.refresh_from_db()


def propose(report: Report, original: Report, actor: User) -> Any:
    read(report, actor)
    return close_without_assessment.propose_closing(
        report_id=report.pk, end="duplicate", actor=actor, now=NOW, original=original.reference
    )


def refusal(report: Report, original: str, actor: User) -> str:
    """The message at the field."""
    with override("en"), pytest.raises(InvalidOriginal) as caught:
        close_without_assessment.close_report(
            report_id=report.pk, state="duplicate", actor=actor, now=NOW, original=original
        )
    [fault] = caught.value.faults
    assert fault.field == "original"
    report.refresh_from_db()
    assert (report.state, report.original) == (ReportState.TRIAGED, None)
    with override("en"):
        return str(fault.message)


class TestChoice:
    @pytest.mark.parametrize("typed", ["{0.reference}", " {0.pk} ", "np-2026-{0.pk:06d}"])
    def test_by_number(self, analyst: User, typed: str) -> None:
        original, report = make_case(), make_case()
        close(report, typed.format(original), analyst)
        assert (report.state, report.original) == (ReportState.DUPLICATE, original)

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            (" ", "Choose"),
            ("9" * 40, "No report"),
            ("forty-two", "No report"),
            ("NP-1999-{0.pk:06d}", "No report"),
            ("{1.reference}", "itself"),
        ],
    )
    def test_invalid_original_is_refused(self, analyst: User, typed: str, expected: str) -> None:
        original, report = make_case(), make_case()
        assert expected in refusal(report, typed.format(original, report), analyst)

    def test_a_duplicate_is_no_original_and_its_own_original_is_named(self, analyst: User) -> None:
        first, second, third = make_case(), make_case(), make_case()
        close(second, first.reference, analyst)
        assert first.reference in refusal(third, second.reference, analyst)
        # Closed before originals were chosen.
        earlier = make_case(state=ReportState.DUPLICATE, queue=None, closed_at=NOW)
        assert "itself" in refusal(third, earlier.reference, analyst)

    def test_an_original_does_not_become_a_duplicate(self, analyst: User) -> None:
        first, second, third = make_case(), make_case(), make_case()
        close(second, first.reference, analyst)
        # A chain, and a circle.
        assert "Other reports" in refusal(first, third.reference, analyst)
        assert second.reference in refusal(first, second.reference, analyst)

    def test_reports_of_the_same_content_are_offered(self, analyst: User) -> None:
        item = make_item()
        report, other, duplicate = make_case(item), make_case(make_item(), item), make_case(item)
        make_case()
        close(duplicate, other.reference, analyst)
        assert list(possible_originals(report)) == [other]

    def test_are_the_oldest_reports_of_each_content(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(duplicates, "MAX_OLDEST", 2)
        one, other = make_item(), make_item()
        oldest = [make_case(one), make_case(one), make_case(other)]
        report, _newest = make_case(one, other), make_case(one)
        assert list(possible_originals(report)) == oldest


class TestTwoPeople:
    def test_an_original_that_became_a_duplicate_meanwhile_is_refused(self, analyst: User, colleague: User) -> None:
        first, second, report = make_case(), make_grave(), make_grave()
        propose(second, first, analyst)
        propose(report, second, analyst)
        # The second report now has a duplicate of its own, proposed only.
        read(second, colleague)
        with pytest.raises(InvalidOriginal):
            close_without_assessment.confirm_closing(report_id=second.pk, actor=colleague, now=NOW)
        read(report, colleague)
        close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
        report.refresh_from_db()
        assert report.original == second

    def test_a_refused_or_withdrawn_proposal_leaves_no_original(self, analyst: User, colleague: User) -> None:
        for undo in ("refuse", "withdraw"):
            report = make_grave()
            propose(report, make_case(), analyst)
            if undo == "refuse":
                claims.claim_case(report_id=report.pk, actor=colleague, now=NOW)
                close_without_assessment.refuse_closing(report_id=report.pk, actor=colleague, now=NOW)
                claims.release_case(report=report, actor=colleague, now=NOW)
            else:
                close_without_assessment.withdraw_closing(report_id=report.pk, actor=analyst, now=NOW)
            report.refresh_from_db()
            assert (report.proposed_end, report.original) == ("", None)
            assert (report.state, report.queue, report.claimed_by) == ("triaged", Queue.REVIEW, None)
            claims.release_expired_claims(now=NOW + timedelta(days=1))

    def test_proposals_of_different_originals_are_not_near_identical(self, analyst: User, colleague: User) -> None:
        item = make_item()
        reports = [make_grave(item), make_grave(item)]
        ids = [propose(report, make_case(), analyst).pk for report in reports]
        read(reports[0], colleague)
        with pytest.raises(ClosingsDiffer):
            close_without_assessment.confirm_group(closing_ids=ids, actor=colleague, now=NOW)


class TestAfterwards:
    def test_a_reopened_one_keeps_its_original_until_another_end(self, analyst: User) -> None:
        original, report = make_case(), make_case()
        close(report, original.reference, analyst)
        reopen_services.reopen_case(report_id=report.pk, actor=analyst, reason="mistake", now=NOW)
        report.refresh_from_db()
        assert (report.reopened_from, report.original) == ("duplicate", original)
        close_without_assessment.close_reports(report_ids=[report.pk], state="spam", actor=analyst, now=NOW)
        report.refresh_from_db()
        assert (report.state, report.original) == (ReportState.SPAM, None)
        # An undo returns to the reopened duplicate.
        undo_closing(closing_id=report.closings.latest("pk").pk, actor=analyst, now=NOW)
        report.refresh_from_db()
        assert (report.reopened_from, report.original) == ("duplicate", original)


@pytest.mark.parametrize("state", ["triaged", "spam", "duplicate of itself"])
def test_the_database_takes_no_other_original(state: str) -> None:
    original, report = make_case(), make_case()
    columns: dict[str, object] = {"original": original, "state": state}
    if state == "duplicate of itself":
        columns = {"original": report, "state": "duplicate"}
    with pytest.raises(IntegrityError, match="report_original_whole"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**columns)


class TestPage:
    def test_error_is_at_its_field_and_input_stays(self, ana: Person) -> None:
        report = make_case()
        status, html = send(ana, report, "set-aside/", state="duplicate", original="NP-2026-999999")
        assert status == 422
        field = re.search(r'<input type="text" name="original"[^>]*>', html)[0]  # type: ignore[index]
        assert 'value="NP-2026-999999"' in field
        assert 'aria-describedby="error-original"' in field
        assert re.search(r'value="duplicate"[^>]* checked', html)
