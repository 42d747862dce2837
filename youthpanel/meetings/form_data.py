"""Content of the minutes form."""

from dataclasses import dataclass

from clicksafely.common.revisions import revision_digest
from youthpanel.models import Decision, Meeting


@dataclass(frozen=True, kw_only=True, slots=True)
class MinutesData:
    """Minutes and decisions. Each decision has Serbian and optional English text."""

    minutes: str
    decisions: tuple[tuple[str, str], ...]

    @property
    def revision(self) -> str:
        """A digest of the content."""
        return revision_digest([self.minutes, *(text for both in self.decisions for text in both)])


def minutes_data_of(meeting: Meeting) -> MinutesData:
    """Return the stored minutes and decisions; one query."""
    rows = Decision.objects.filter(meeting=meeting).order_by("order", "id").values_list("text_sr", "text_en")
    return MinutesData(minutes=meeting.minutes, decisions=tuple((sr or "", en or "") for sr, en in rows))
