"""Verification of acknowledged work in the database after the load. Needs the Django settings of the tested system."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

from django.db.models import Count
from PIL import Image

from awareness.quizzes.live.models import ClassAnswer
from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.picture_files import open_picture
from hotline.models import Report, Upload
from hotline.states import ReportState
from tests.load.journal import Acknowledged, Journal

CLAIMED = frozenset({"report.claimed"})
RELEASED = frozenset({"report.released", "report.claim_expired"})


@dataclass(frozen=True)
class StoredReport:
    """A stored report: its row, the digest of its receipt, and the number of its sealed texts."""

    row: int
    receipt_digest: bytes
    texts: int


@dataclass(frozen=True)
class Verdict:
    """Counts of violations: `lost`, `duplicated`, `wrong_receipts`, `halves` for reports and messages, and lost class answers."""

    lost: int
    duplicated: int
    wrong_receipts: int
    halves: int
    answers_lost: int
    double_claims: int


def marks(after: int) -> dict[str, list[StoredReport]]:
    """The reports after row `after`, by the marker in their URL."""
    found = defaultdict(list)
    rows = Report.objects.filter(pk__gt=after).annotate(sealed=Count("texts"))
    for row, digest, locations, sealed in rows.values_list("pk", "receipt_digest", "locations", "sealed"):
        for location in locations:
            found[marker_of(location["canonical"])].append(StoredReport(row, bytes(digest), sealed))
    return dict(found)


def marker_of(canonical: str) -> str:
    """`https://m1.example.org/` -> `m1`."""
    return canonical.removeprefix("https://").partition(".")[0]


def last_report() -> int:
    """The primary key of the newest report."""
    return Report.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def is_triaged(after: int) -> bool:
    """Whether all reports after that row are triaged."""
    return not Report.objects.filter(pk__gt=after, state=ReportState.RECEIVED).exists()


def compare(
    journal: Journal, letters: Iterable[str], stored_reports: Mapping[str, list[StoredReport]]
) -> tuple[int, int, int, int]:
    """(lost, duplicated, wrong receipts, halves) of acknowledged work. `letters` are the markers of delivered messages."""
    promised = [*(each.marker for each in journal.acknowledged), *letters]
    # Abandoned submissions may be lost, but not duplicated.
    lost = sum(marker not in stored_reports for marker in promised)
    duplicated = sum(len(stored_reports.get(marker, [])) > 1 for marker in (*promised, *journal.given_up))
    wrong = len(journal.two_receipts) + sum(_is_wrong(each, stored_reports) for each in journal.acknowledged)
    halves = sum(each.texts == 0 for rows in stored_reports.values() for each in rows)
    return lost, duplicated, wrong, halves


def pictures(journal: Journal, stored_reports: Mapping[str, list[StoredReport]]) -> tuple[int, int]:
    """(acknowledged reports with a picture, how many of these have no readable picture)."""
    rows = [
        [each.row for each in stored_reports.get(entry.marker, [])] for entry in journal.acknowledged if entry.pictured
    ]
    return len(rows), sum(not _has_picture(of) for of in rows)


def _has_picture(reports: list[int]) -> bool:
    try:
        return any(
            Image.open(BytesIO(open_picture(upload))).size for upload in Upload.objects.filter(report__in=reports)
        )
    except (OSError, sealing.SealError):
        return False


def _is_wrong(entry: Acknowledged, stored_reports: Mapping[str, list[StoredReport]]) -> bool:
    return any(
        each.receipt_digest != receipts.receipt_digest(entry.receipt) for each in stored_reports.get(entry.marker, [])
    )


def answers_lost(journal: Journal, code: str) -> int:
    """How many acknowledged answers of a class are not stored."""
    stored_answers = set(ClassAnswer.objects.filter(pupil__session__code=code).values_list("pupil__key", "position"))
    return len(journal.class_answers - stored_answers)


def double_claims(after: int) -> int:
    """How often the audit trail has a claim of a case that was not released before.

    `after` is the last event before the fault.
    """
    events = AuditEvent.objects.filter(
        pk__gt=after, action__in=[*CLAIMED, *RELEASED], subject_table=Report._meta.db_table
    )
    return replay(events.order_by("pk").values_list("subject_id", "action"))


def replay(events: Iterable[tuple[int, str]]) -> int:
    """How many of these (case, action) pairs claim a claimed case."""
    held, doubles = Counter[int](), 0
    for case, action in events:
        if action in CLAIMED:
            doubles += held[case] > 0
        held[case] = int(action in CLAIMED)
    return doubles


def last_event() -> int:
    """The primary key of the newest audit event."""
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def is_triaged_row(row: int) -> bool:
    """Whether this report is triaged."""
    return not Report.objects.filter(pk=row, state=ReportState.RECEIVED).exists()
