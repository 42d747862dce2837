"""Files against lists: what is found, what follows, and that nothing is missed or done twice."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clicksafely.common.models import AuditEvent
from hotline.models import FileHash, HashMatch, HashOrigin, Report, Upload
from hotline.priority import WEIGHTS, PriorityReason
from hotline.states import ReportState
from hotline.triage.hash_lists import matching
from hotline.triage.hash_lists.list_services import NameTaken, remove_list, switch_list
from hotline.triage.hash_lists.matching import match_report, sweep_unmatched
from hotline.triage.services import triage_report
from tests.factories.file_hashes import make_file_hash
from tests.factories.received_reports import make_report
from tests.hotline.review.conftest import make_user
from tests.hotline.triage.hash_lists.lists import HOUR, NOW, file_of, imported, md5, sha256

pytestmark = pytest.mark.django_db

PDQ = sha256("a picture")


def differing(digest: bytes, bits: int) -> bytes:
    """`digest` with its first so many bits turned."""
    return (int.from_bytes(digest) ^ ((1 << bits) - 1)).to_bytes(len(digest))


def triaged(**columns: Any) -> Report:
    report = make_report()
    triage_report(report_id=report.pk, now=NOW)
    Report.objects.filter(pk=report.pk).update(**columns)
    report.refresh_from_db()
    return report


def matches(report: Report) -> list[tuple[str, str, int]]:
    found = HashMatch.objects.filter(file_hash__report=report).order_by("pk")
    return [(match.hash_list.name, match.get_algorithm_display(), match.distance) for match in found]


def picture_of(report: Report, **columns: Any) -> Upload:
    upload = Upload.objects.create(report=report, size=1, mime_type="image/png", stored_at=HOUR)
    file_of(report, upload=upload, origin=HashOrigin.UPLOAD, **columns)
    return upload


class TestFinding:
    @pytest.mark.parametrize(
        ("layout", "column", "digest", "name"),
        [
            ("md5", "md5", md5("a"), "MD5"),
            ("sha1", "sha1", sha256("a")[:20], "SHA-1"),
            ("sha256", "sha256", sha256("a"), "SHA-256"),
            ("pdq", "pdq", PDQ, "PDQ"),
        ],
    )
    def test_every_kind(self, layout: str, column: str, digest: bytes, name: str) -> None:
        imported([digest], layout)
        report = triaged()
        file_of(report, **{column: digest})
        other = triaged()
        file_of(other, **{column: digest[::-1]})
        assert (match_report(report_id=report.pk, now=NOW), matches(report)) == (1, [("Drawn shapes", name, 0)])
        assert (match_report(report_id=other.pk, now=NOW), matches(other)) == (0, [])

    @pytest.mark.parametrize(("bits", "found"), [(0, [0]), (31, [31]), (32, [])])
    def test_near_is_up_to_31_bits(self, bits: int, found: list[int]) -> None:
        imported([PDQ, sha256("another")], "pdq")
        report = triaged()
        file_of(report, pdq=differing(PDQ, bits))
        match_report(report_id=report.pk, now=NOW)
        assert [distance for _name, _algorithm, distance in matches(report)] == found

    @pytest.mark.parametrize(("quality", "found"), [(None, 1), (50, 1), (49, 0)])
    def test_a_nearly_plain_picture_is_not_compared(self, quality: int | None, found: int) -> None:
        imported([PDQ], "pdq")
        report = triaged()
        file_of(report, pdq=PDQ, pdq_quality=quality)
        assert match_report(report_id=report.pk, now=NOW) == found

    def test_every_list_is_named_and_a_pair_is_matched_by_its_strongest_digest(self) -> None:
        content = f"md5,sha256,pdq\n{md5('a').hex()},{sha256('a').hex()},{PDQ.hex()}\n".encode()
        imported(content, "csv")
        imported([md5("a")], name="Other")
        report = triaged()
        file_of(report, md5=md5("a"), sha256=sha256("a"), pdq=differing(PDQ, 3))
        file_of(report, md5=md5("b"), pdq=differing(PDQ, 4))
        assert match_report(report_id=report.pk, now=NOW) == 3
        assert matches(report) == [("Drawn shapes", "SHA-256", 0), ("Other", "MD5", 0), ("Drawn shapes", "PDQ", 4)]


class TestEffects:
    def test_the_case_becomes_more_urgent_and_nothing_else(self) -> None:
        hash_list = imported([md5("a")])
        report = triaged()
        before = report.priority
        file = file_of(report, md5=md5("a"))
        match_report(report_id=report.pk, now=NOW)
        report.refresh_from_db()
        assert report.priority == before + WEIGHTS[PriorityReason.HASH_MATCH]
        assert report.priority_reasons == ["hash_match"]
        assert (report.state, report.items.get().verdict) == (ReportState.TRIAGED, "")
        event = AuditEvent.objects.get(action="report.hash_matched")
        assert (event.subject_id, event.at, event.actor_id) == (report.pk, HOUR, None)
        assert event.data == {"file": file.pk, "list": hash_list.pk, "algorithm": 1, "distance": 0}

    def test_only_a_picture_on_a_list_of_abuse_is_locked(self) -> None:
        imported([md5("a")])
        imported([md5("b")], name="Other", meaning="other")
        report = triaged()
        suspected, other = picture_of(report, md5=md5("a")), picture_of(report, md5=md5("b"))
        assert match_report(report_id=report.pk, now=NOW) == 2
        locked = dict(Upload.objects.values_list("pk", "locked_at"))
        assert locked == {suspected.pk: HOUR, other.pk: None}
        events = AuditEvent.objects.filter(action="upload.locked").values_list("subject_id", "data")
        assert list(events) == [(report.pk, {"upload": suspected.pk})]

    def test_an_ended_case_keeps_its_priority(self) -> None:
        imported([md5("a")])
        report = triaged(state=ReportState.SPAM, queue=None)
        picture_of(report, md5=md5("a"))
        match_report(report_id=report.pk, now=NOW)
        before = report.priority
        report.refresh_from_db()
        assert (report.priority, matches(report)) == (before, [("Drawn shapes", "MD5", 0)])
        assert Upload.objects.get().locked_at == HOUR

    def test_a_second_run_does_nothing_more(self) -> None:
        imported([md5("a")])
        report = triaged()
        picture_of(report, md5=md5("a"))
        counts = [match_report(report_id=report.pk, now=NOW) for _ in range(2)]
        FileHash.objects.update(matched_at=None)
        counts.append(match_report(report_id=report.pk, now=NOW))
        assert counts == [1, 0, 0]
        assert (HashMatch.objects.count(), AuditEvent.objects.filter(action="upload.locked").count()) == (1, 1)

    def test_the_very_file_after_one_that_resembled_it_is_a_new_match(self) -> None:
        imported([differing(PDQ, 4)], "pdq")
        report = triaged()
        picture_of(report, md5=md5("a"), pdq=PDQ, pdq_quality=100)
        match_report(report_id=report.pk, now=NOW)
        Upload.objects.update(locked_at=None)
        imported([differing(PDQ, 3)], "pdq", replaces=True)
        assert (match_report(report_id=report.pk, now=NOW), Upload.objects.get().locked_at) == (0, None)
        imported([md5("a")], "md5", replaces=True)
        assert (match_report(report_id=report.pk, now=NOW), Upload.objects.get().locked_at) == (1, HOUR)
        assert matches(report) == [("Drawn shapes", "PDQ", 4), ("Drawn shapes", "MD5", 0)]


class TestWhen:
    def test_not_before_triage(self) -> None:
        imported([md5("a")])
        report = make_report()
        file = file_of(report, md5=md5("a"))
        assert match_report(report_id=report.pk, now=NOW) == 0
        assert sweep_unmatched(now=NOW, seconds=300) == 0
        file.refresh_from_db()
        assert file.matched_at is None

    def test_triage_enqueues_it_for_reports_with_files(
        self, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
    ) -> None:
        enqueued: list[Any] = []
        monkeypatch.setattr(
            "hotline.triage.services.enqueue_task", lambda task, **kwargs: enqueued.append((task, kwargs))
        )
        without, report = make_report(), make_report("https://other.test/")
        file_of(report, md5=md5("a"))
        with django_capture_on_commit_callbacks(execute=True):
            for each in (without, report):
                triage_report(report_id=each.pk, now=NOW)
        assert enqueued == [("hotline.match_hashes", {"report_id": report.pk})]

    def test_the_sweep_matches_all_reports_despite_one_failure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        imported([md5("a")])
        reports = [triaged() for _ in range(3)]
        for report in reports:
            file_of(report, md5=md5("a"))
        real = matching.match_report

        def fail_for_one(*, report_id: int, now: Any) -> int:
            if report_id == reports[1].pk:
                raise ValueError(report_id)
            return real(report_id=report_id, now=now)

        monkeypatch.setattr(matching, "match_report", fail_for_one)
        assert sweep_unmatched(now=NOW, seconds=300) == 2
        assert [len(matches(report)) for report in reports] == [1, 0, 1]
        monkeypatch.undo()
        assert sweep_unmatched(now=NOW, seconds=300) == 1
        assert len(matches(reports[1])) == 1


class TestSwitching:
    def test_switched_on_again_it_matches_files_received_meanwhile(self) -> None:
        hash_list, lead = imported([md5("a")]), make_user("lead", "supervisor")
        switch_list(list_id=hash_list.pk, on=False, actor=lead, now=NOW)
        report = triaged()
        file_of(report, md5=md5("a"))
        assert match_report(report_id=report.pk, now=NOW) == 0
        switch_list(list_id=hash_list.pk, on=True, actor=lead, now=NOW)
        assert match_report(report_id=report.pk, now=NOW) == 1
        actions = AuditEvent.objects.filter(actor_id=lead.pk).order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["hashlist.switched_off", "hashlist.switched_on"]

    def test_an_old_version_is_not_switched_on_beside_the_new_one(self) -> None:
        old, lead = imported([md5("a")]), make_user("lead", "supervisor")
        switch_list(list_id=old.pk, on=False, actor=lead, now=NOW)
        imported([md5("b")])
        with pytest.raises(NameTaken):
            switch_list(list_id=old.pk, on=True, actor=lead, now=NOW)

    def test_a_removed_list_matches_nothing_and_its_matches_stay(self) -> None:
        hash_list, lead = imported([md5("a")]), make_user("lead", "supervisor")
        before, after = triaged(), triaged()
        file_of(before, md5=md5("a"))
        match_report(report_id=before.pk, now=NOW)
        remove_list(list_id=hash_list.pk, actor=lead, now=NOW)
        file_of(after, md5=md5("a"))
        assert match_report(report_id=after.pk, now=NOW) == 0
        assert [len(matches(report)) for report in (before, after)] == [1, 0]


class TestConstraints:
    @pytest.mark.parametrize(("algorithm", "distance"), [(1, 1), (4, 32)])
    def test_only_pdq_is_near_and_only_so_far(self, algorithm: int, distance: int) -> None:
        hash_list, file = imported([md5("a")]), file_of(triaged(), md5=md5("a"))
        columns = {"file_hash": file, "hash_list": hash_list, "matched_at": HOUR}
        with pytest.raises(IntegrityError, match="hash_match_distance"), transaction.atomic():
            HashMatch.objects.create(algorithm=algorithm, distance=distance, **columns)

    def test_a_pair_matches_once_and_a_file_belongs_to_a_report_or_an_upload(self) -> None:
        hash_list, file = imported([md5("a")]), file_of(triaged(), md5=md5("a"))
        HashMatch.objects.create(file_hash=file, hash_list=hash_list, algorithm=1, matched_at=HOUR)
        with pytest.raises(IntegrityError, match="one_match_a_file_and_list"), transaction.atomic():
            HashMatch.objects.create(file_hash=file, hash_list=hash_list, algorithm=2, matched_at=HOUR)
        with pytest.raises(IntegrityError, match="file_hash_has_owner"), transaction.atomic():
            make_file_hash(origin=HashOrigin.UPLOAD, md5=md5("a"))
