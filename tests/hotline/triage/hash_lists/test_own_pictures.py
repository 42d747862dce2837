"""Unverified codes of own pictures: what is a code, what it matches, and that it raises priorities and does nothing else."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.models import AuditEvent
from hotline.models import Digests, FileHash, HashMatch, OwnPicture, OwnPictureMatch, Report, Upload
from hotline.priority import WEIGHTS, PriorityReason, priority_of
from hotline.review.selectors import own_pictures_of
from hotline.states import ReportState
from hotline.triage.hash_lists import own_pictures
from hotline.triage.hash_lists.matching import match_report, sweep_unmatched
from hotline.triage.hash_lists.own_pictures import is_code, parse_code, store_own_pictures
from hotline.triage.hash_lists.selectors import unmatched_reports
from hotline.triage.services import triage_report
from tests.database import as_role_of
from tests.factories.received_reports import make_report
from tests.hotline.triage.hash_lists.lists import HOUR, NOW, imported, sha256
from tests.hotline.triage.hash_lists.test_matching import differing, picture_of

pytestmark = pytest.mark.django_db

PDQ = sha256("a picture")
CODE = Digests(sha256=sha256("file"), pdq=PDQ, pdq_quality=90)


def triaged(**columns: Any) -> Report:
    """A triaged report of an address of its own."""
    report = make_report(f"https://forum.example.org/{uuid4()}")
    triage_report(report_id=report.pk, now=NOW)
    Report.objects.filter(pk=report.pk).update(**columns)
    report.refresh_from_db()
    return report


def with_code(code: Digests = CODE, **columns: Any) -> Report:
    """A triaged report with a code, not compared yet."""
    report = triaged(**columns)
    store_own_pictures(report=report, codes=[code])
    return report


def match(*reports: Report) -> None:
    for report in reports:
        match_report(report_id=report.pk, now=NOW)


def reasons(report: Report) -> list[str]:
    report.refresh_from_db()
    assert report.priority == priority_of(report.priority_reasons)
    return list(report.priority_reasons)


class TestCode:
    def test_both_forms(self) -> None:
        assert parse_code("ab" * 32) == Digests(sha256=b"\xab" * 32)
        whole = Digests(sha256=b"\xab" * 32, pdq=b"\x01" * 32, pdq_quality=100)
        assert parse_code(f"{'ab' * 32}:{'01' * 32}:100") == whole

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "ab" * 31,
            "AB" * 32,
            "ａ" * 64,
            f"{'ab' * 32}\n",
            f"{'ab' * 32}:{'01' * 32}",
            f"{'ab' * 32}:{'01' * 31}:50",
            f"{'ab' * 32}:{'01' * 32}:101",
            f"{'ab' * 32}:{'01' * 32}:05",
            f"{'ab' * 32}:{'01' * 32}:50:1",
        ],
    )
    def test_everything_else_is_refused(self, text: str) -> None:
        assert not is_code(text)
        with pytest.raises(ValueError, match="not the code"):
            parse_code(text)

    @given(st.text(max_size=140))
    def test_any_text_is_parsed_or_refused(self, text: str) -> None:
        try:
            parse_code(text)
        except ValueError:
            assert not is_code(text)


class TestFinding:
    @pytest.mark.parametrize(
        ("code_first", "code", "file", "distance"),
        [
            (True, CODE, {"sha256": CODE.sha256}, 0),
            (False, CODE, {"sha256": CODE.sha256}, 0),
            (True, CODE, {"pdq": PDQ, "pdq_quality": 50}, 0),
            (True, CODE, {"pdq": PDQ, "pdq_quality": 49}, None),
            (False, CODE, {"pdq": PDQ, "pdq_quality": 49}, None),
            (False, CODE, {"pdq": differing(PDQ, 31)}, 31),
            (True, CODE, {"pdq": differing(PDQ, 32)}, None),
            (False, CODE, {"pdq": differing(PDQ, 32)}, None),
            (True, CODE, {"sha256": PDQ}, None),
            (False, CODE._replace(pdq_quality=49), {"pdq": PDQ}, None),
        ],
    )
    def test_a_picture_of_another_report_in_either_order(
        self, code_first: bool, code: Digests, file: dict[str, Any], distance: int | None
    ) -> None:
        owner, other = with_code(code), triaged()
        # The picture of its own report is no match.
        picture_of(owner, sha256=code.sha256)
        picture_of(other, **file)
        match(*((owner, other) if code_first else (other, owner)))
        found = list(OwnPictureMatch.objects.values_list("own_picture__report", "report", "distance", "matched_at"))
        assert found == ([] if distance is None else [(owner.pk, other.pk, distance, HOUR)])
        expected = [] if distance is None else ["own_picture"]
        assert (reasons(owner), reasons(other)) == (expected, expected)

    def test_a_code_of_another_report(self) -> None:
        one, other = with_code(), with_code(Digests(pdq=differing(PDQ, 3), sha256=bytes(32), pdq_quality=80))
        match(one, other)
        assert {each.distance for each in OwnPictureMatch.objects.all()} == {3}
        assert (reasons(one), reasons(other)) == (["own_picture"], ["own_picture"])

    def test_only_after_triage(self) -> None:
        report = make_report()
        store_own_pictures(report=report, codes=[CODE])
        match(report)
        assert OwnPicture.objects.get().matched_at is None
        assert unmatched_reports() == []
        triage_report(report_id=report.pk, now=NOW)
        assert unmatched_reports() == [report.pk]
        assert sweep_unmatched(now=NOW, seconds=300) == 1
        assert OwnPicture.objects.get().matched_at == HOUR
        assert unmatched_reports() == []

    def test_codes_in_memory_are_discarded_with_their_rows(self) -> None:
        match(with_code())
        for expected in (["own_picture"], []):
            report = triaged()
            picture_of(report, sha256=CODE.sha256)
            match(report)
            assert reasons(report) == expected
            OwnPicture.objects.all().delete()
        assert own_pictures._digests_by_uuid == {}

    def test_a_damaged_code_does_not_stop_the_others(self, caplog: pytest.LogCaptureFixture) -> None:
        damaged, owner, other = with_code(), with_code(), triaged()
        OwnPicture.objects.filter(report=damaged).update(sealed=b"x" * 100, matched_at=HOUR)
        picture_of(other, sha256=CODE.sha256)
        match(other)
        assert list(OwnPictureMatch.objects.values_list("own_picture__report", flat=True)) == [owner.pk]
        assert "cannot be opened" in caplog.text

    def test_the_worker_with_the_private_keys_does_it(self) -> None:
        owner, other = with_code(), triaged()
        picture_of(other, sha256=CODE.sha256)
        with as_role_of("sealed"):
            match(owner, other)
        assert reasons(other) == ["own_picture"]


class TestEffects:
    def test_the_priority_and_nothing_else(self) -> None:
        owner, other = with_code(), triaged()
        picture_of(other, sha256=CODE.sha256)
        before = Report.objects.values().get(pk=other.pk)
        match(owner, other)
        after = Report.objects.values().get(pk=other.pk)
        assert {name for name, value in after.items() if value != before[name]} == {"priority", "priority_reasons"}
        assert after["priority"] == before["priority"] + WEIGHTS[PriorityReason.OWN_PICTURE]
        assert Upload.objects.get().locked_at is None
        assert not HashMatch.objects.exists()
        events = AuditEvent.objects.filter(action="report.own_picture_matched").order_by("subject_id")
        code = OwnPicture.objects.get().pk
        assert list(events.values_list("subject_id", "data", "at", "actor_id")) == [
            (owner.pk, {"own_picture": code, "distance": 0, "case": other.pk}, HOUR, None),
            (other.pk, {"own_picture": code, "distance": 0, "case": owner.pk}, HOUR, None),
        ]

    def test_a_code_on_a_hash_list_is_no_match_of_the_list(self) -> None:
        imported([CODE.sha256 or b""], "sha256")
        report = with_code()
        match(report)
        assert (HashMatch.objects.count(), reasons(report)) == (0, [])

    def test_once(self) -> None:
        owner, other = with_code(), triaged()
        picture_of(other, sha256=CODE.sha256)
        match(owner, other)
        FileHash.objects.update(matched_at=None)
        OwnPicture.objects.update(matched_at=None)
        match(owner, other)
        assert OwnPictureMatch.objects.count() == 1
        assert AuditEvent.objects.filter(action="report.own_picture_matched").count() == 2

    def test_a_run_that_was_interrupted_is_repeated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        owner, other = with_code(), triaged()
        picture_of(other, sha256=CODE.sha256)
        FileHash.objects.update(matched_at=HOUR)

        def stop(*_arguments: object) -> None:
            raise ConnectionError("interrupted")

        with monkeypatch.context() as patch:
            patch.setattr(own_pictures, "_record", stop)
            with pytest.raises(ConnectionError, match="interrupted"):
                match(owner)
        assert OwnPicture.objects.get().matched_at is None
        match(owner)
        assert OwnPictureMatch.objects.count() == 1
        assert (reasons(owner), reasons(other)) == (["own_picture"], ["own_picture"])

    def test_an_ended_case_keeps_its_priority(self) -> None:
        owner, other = with_code(), triaged(state=ReportState.SPAM, queue=None)
        picture_of(other, sha256=CODE.sha256)
        match(owner, other)
        assert reasons(other) == []
        assert OwnPictureMatch.objects.get().report == other

    def test_codes_of_spam_raise_nothing(self) -> None:
        with_code(state=ReportState.SPAM, queue=None)
        other = triaged()
        picture_of(other, sha256=CODE.sha256)
        match(other)
        assert reasons(other) == []

    def test_codes_of_a_flood_raise_nothing_and_a_flood_stays_at_the_end(self) -> None:
        flood, other, owner = with_code(), triaged(), with_code(Digests(sha256=sha256("other file")))
        Report.objects.filter(pk=flood.pk).update(priority_reasons=["flood"], priority=0)
        picture_of(other, sha256=CODE.sha256)
        match(other, flood)
        assert (reasons(other), reasons(flood)) == ([], ["flood"])
        picture_of(flood, sha256=sha256("other file"))
        match(owner, flood)
        assert (reasons(flood), flood.priority) == (["own_picture", "flood"], 0)


def test_the_case_page_gets_both_directions() -> None:
    owner, other = with_code(), triaged()
    picture_of(other, pdq=differing(PDQ, 2))
    match(owner, other)
    ours, theirs = own_pictures_of(owner), own_pictures_of(other)
    assert (ours.count, ours.matches) == (1, [(other, True, 2)])
    assert (theirs.count, theirs.matches) == (0, [(owner, False, 2)])
