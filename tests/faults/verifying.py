"""What became of everybody's work, read from the database once the load is over. Django's settings are those of the system tried."""

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

TAKEN = frozenset({"report.claimed"})
GIVEN_BACK = frozenset({"report.released", "report.claim_expired"})


@dataclass(frozen=True)
class Kept:
    """A report as it is kept: its row, the digest of its receipt, how many sealed texts it has."""

    row: int
    receipt_digest: bytes
    texts: int


@dataclass(frozen=True)
class Verdict:
    """Counts of what must not be: of reports and messages (`lost`, `duplicated`, `wrong_receipts`, `halves`), of answers of a class."""

    lost: int
    duplicated: int
    wrong_receipts: int
    halves: int
    answers_lost: int
    double_claims: int


def marks(after: int) -> dict[str, list[Kept]]:
    """The reports of the rows after `after` by the marker in their address."""
    found = defaultdict(list)
    rows = Report.objects.filter(pk__gt=after).annotate(sealed=Count("texts"))
    for row, digest, locations, sealed in rows.values_list("pk", "receipt_digest", "locations", "sealed"):
        for location in locations:
            found[marker_of(location["canonical"])].append(Kept(row, bytes(digest), sealed))
    return dict(found)


def marker_of(canonical: str) -> str:
    """`https://m1.example.org/` -> `m1`."""
    return canonical.removeprefix("https://").partition(".")[0]


def last_report() -> int:
    """The newest row."""
    return Report.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def is_triaged(after: int) -> bool:
    """Whether nothing after that row waits to be triaged."""
    return not Report.objects.filter(pk__gt=after, state=ReportState.RECEIVED).exists()


def compare(journal: Journal, letters: Iterable[str], kept: Mapping[str, list[Kept]]) -> tuple[int, int, int, int]:
    """(lost, duplicated, wrong receipts, halves) of what was acknowledged; `letters` are the markers of messages that were delivered."""
    promised = [*(each.marker for each in journal.acknowledged), *letters]
    # Whoever has given up must not have brought about two either.
    lost = sum(marker not in kept for marker in promised)
    duplicated = sum(len(kept.get(marker, [])) > 1 for marker in (*promised, *journal.given_up))
    wrong = len(journal.two_receipts) + sum(_is_wrong(each, kept) for each in journal.acknowledged)
    halves = sum(each.texts == 0 for rows in kept.values() for each in rows)
    return lost, duplicated, wrong, halves


def pictures(journal: Journal, kept: Mapping[str, list[Kept]]) -> tuple[int, int]:
    """(reports acknowledged with a picture, how many of them have none that can be opened)."""
    rows = [[each.row for each in kept.get(said.marker, [])] for said in journal.acknowledged if said.pictured]
    return len(rows), sum(not _has_picture(of) for of in rows)


def _has_picture(reports: list[int]) -> bool:
    try:
        return any(
            Image.open(BytesIO(open_picture(upload))).size for upload in Upload.objects.filter(report__in=reports)
        )
    except (OSError, sealing.SealError):
        return False


def _is_wrong(said: Acknowledged, kept: Mapping[str, list[Kept]]) -> bool:
    return any(each.receipt_digest != receipts.receipt_digest(said.receipt) for each in kept.get(said.marker, []))


def answers_lost(journal: Journal, code: str) -> int:
    """How many answers of a class were acknowledged and are not kept."""
    kept = set(ClassAnswer.objects.filter(pupil__session__code=code).values_list("pupil__key", "position"))
    return len(journal.class_answers - kept)


def double_claims(after: int) -> int:
    """How often the trail says of a case that somebody took it who did not get it back first; `after` is the last event before."""
    events = AuditEvent.objects.filter(
        pk__gt=after, action__in=[*TAKEN, *GIVEN_BACK], subject_table=Report._meta.db_table
    )
    return replay(events.order_by("pk").values_list("subject_id", "action"))


def replay(events: Iterable[tuple[int, str]]) -> int:
    """How many of these (case, action) take what is taken."""
    held, doubles = Counter[int](), 0
    for case, action in events:
        if action in TAKEN:
            doubles += held[case] > 0
        held[case] = int(action in TAKEN)
    return doubles


def last_event() -> int:
    """The newest entry of the trail."""
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def is_triaged_row(row: int) -> bool:
    """Whether this report has been triaged."""
    return not Report.objects.filter(pk=row, state=ReportState.RECEIVED).exists()
