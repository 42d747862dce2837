"""Content of the meeting forms, and its validation."""

from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from clicksafely.common.exceptions import FieldFault
from clicksafely.common.revisions import revision_digest
from youthpanel.models import Decision, Meeting

MIN_FACILITATORS: Final = 2
MAX_DURATION: Final = timedelta(days=14)
FIRST_YEAR, LAST_YEAR = 2009, 2100


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingData:
    """A meeting as submitted. `town` is a code, cohorts and facilitators are primary keys, times are aware."""

    title_sr: str
    title_en: str
    agenda_sr: str
    agenda_en: str
    starts_at: datetime
    ends_at: datetime
    town: str
    place: str
    cohorts: frozenset[int]
    facilitators: frozenset[int]

    @property
    def revision(self) -> str:
        """A digest of the content."""
        *texts, cohorts, facilitators = astuple(self)
        said = [*(str(each.timestamp()) if isinstance(each, datetime) else each for each in texts)]
        return revision_digest([*said, repr(sorted(cohorts)), repr(sorted(facilitators))])


def meeting_data_of(meeting: Meeting) -> MeetingData:
    """The stored content of a meeting; two queries."""
    texts = {name: getattr(meeting, name) or "" for name in ("title_sr", "title_en", "agenda_sr", "agenda_en")}
    return MeetingData(
        **texts,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        town=meeting.town,
        place=meeting.place,
        cohorts=frozenset(meeting.cohorts.values_list("pk", flat=True)),
        facilitators=frozenset(meeting.facilitators.values_list("pk", flat=True)),
    )


def meeting_faults(draft: MeetingData, *, adults: Collection[int]) -> Iterator[FieldFault]:
    """Why the meeting is invalid. `adults` are the users who may facilitate it."""
    if not draft.title_sr.strip():
        yield FieldFault("title_sr", _("Write a Serbian title for the meeting."))
    if not FIRST_YEAR <= localdate(draft.starts_at).year <= LAST_YEAR:
        yield FieldFault("day", _("Enter a valid year."))
    if draft.ends_at <= draft.starts_at:
        yield FieldFault("ends", _("It ends before it begins."))
    elif draft.ends_at - draft.starts_at > MAX_DURATION:
        yield FieldFault("last_day", _("A meeting lasts at most two weeks. Create several meetings instead."))
    if not draft.cohorts:
        yield FieldFault("cohorts", _("Choose the cohorts to invite."))
    if draft.facilitators - set(adults):
        yield FieldFault("facilitators", _("A chosen person does not work with the panel. Choose again."))
    if len(draft.facilitators & set(adults)) < MIN_FACILITATORS:
        yield FieldFault(
            "facilitators",
            _("Choose at least two adults, so that no adult is alone with members."),
        )


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
    """The stored minutes and decisions; one query."""
    rows = Decision.objects.filter(meeting=meeting).order_by("order", "id").values_list("text_sr", "text_en")
    return MinutesData(minutes=meeting.minutes, decisions=tuple((sr or "", en or "") for sr, en in rows))
