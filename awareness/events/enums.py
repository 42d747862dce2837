"""Choices and booking state transitions of events; the kinds keep the Centre's established names."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.publishing.audiences import Audience, Level


class EventKind(models.TextChoices):
    """Kind of an event."""

    PRESENTATION = "presentation", _("Interactive presentation")
    WORKSHOP = "workshop", _("Workshop")
    PEER_WORKSHOP = "peer-workshop", _("Peer educators' workshop")
    FORUM_THEATRE = "forum-theatre", _("Forum theatre play")
    PEER_TRAINING = "peer-training", _("Training for peer educators")
    FOCUS_GROUP = "focus-group", _("Children's focus group")
    CONSULTATION = "consultation", _("Consultation with students")
    QUIZ = "quiz", _("Quiz on safe use of ICT")
    FOR_PARENTS = "for-parents", _("Presentation for parents and caretakers")
    SCHOOL_INTERVIEW = "school-interview", _("Educational interview with school personnel")
    SEMINAR = "seminar", _("Seminar for teachers and school psychologists")


class ParticipantGroup(models.TextChoices):
    """Groups that an event is for and that reports count."""

    CHILDREN = "children", _("Children (up to 14 years)")
    YOUTH = "youth", _("Young people (15 and older)")
    PARENTS = "parents", _("Parents and caretakers")
    TEACHERS = "teachers", _("Teachers and school staff")
    STAKEHOLDERS = "stakeholders", _("Partners and officials")


# Readers (`Audience` and `Level`) of events for each group; partners and officials have no page of their own.
READERS: Final = {
    ParticipantGroup.CHILDREN: (Level.YOUNGEST.value, Level.MIDDLE.value),
    ParticipantGroup.YOUTH: (Level.OLDEST.value,),
    ParticipantGroup.PARENTS: (Audience.PARENTS.value,),
    ParticipantGroup.TEACHERS: (Audience.EDUCATORS.value,),
}


def readers_of_groups(groups: Collection[str]) -> list[str]:
    """Return the readers of an event for these groups; empty: for all."""
    return [reader for group, readers in READERS.items() if group in groups for reader in readers]


class Season(models.TextChoices):
    """Half-year of a series."""

    SPRING = "spring", pgettext_lazy("season", "spring")
    AUTUMN = "autumn", pgettext_lazy("season", "autumn")


class SpokenLanguage(models.TextChoices):
    """Languages of events: the teaching languages of schools in Serbia, English and sign language."""

    SERBIAN = "sr", _("Serbian")
    HUNGARIAN = "hu", _("Hungarian")
    ALBANIAN = "sq", _("Albanian")
    BOSNIAN = "bs", _("Bosnian")
    BULGARIAN = "bg", _("Bulgarian")
    CROATIAN = "hr", _("Croatian")
    ROMANIAN = "ro", _("Romanian")
    RUSYN = "rue", _("Rusyn")
    SLOVAK = "sk", _("Slovak")
    ROMANI = "rom", _("Romani")
    ENGLISH = "en", _("English")
    SIGN_LANGUAGE = "sgn", _("Serbian sign language")


class Access(models.TextChoices):
    """Accessibility features of an event."""

    STEP_FREE = "step-free", _("Entrance without steps")
    TOILET = "toilet", _("Accessible toilet")
    HEARING_LOOP = "hearing-loop", _("Hearing loop")
    SIGNED = "signed", _("Sign language interpreter")
    LARGE_PRINT = "large-print", _("Large print or easy-to-read handouts")
    QUIET_SPACE = "quiet-space", _("Quiet room to withdraw to")


class SchoolKind(models.TextChoices):
    """Kinds of schools that book."""

    PRIMARY = "primary", _("Primary school")
    SECONDARY = "secondary", _("Secondary school")
    SPECIAL = "special", _("School for education of pupils with disabilities")
    OTHER = "other", _("Other institution")


# Grades by kind of school; other institutions have none.
GRADES = {SchoolKind.PRIMARY: range(1, 9), SchoolKind.SECONDARY: range(1, 5), SchoolKind.SPECIAL: range(1, 9)}


class DateState(models.TextChoices):
    """State of a date."""

    PLANNED = "planned", pgettext_lazy("date", "planned")
    CANCELLED = "cancelled", pgettext_lazy("date", "cancelled")


class BookingState(models.TextChoices):
    """State of a booking."""

    WAITING = "waiting", pgettext_lazy("booking", "on the waiting list")
    OFFERED = "offered", pgettext_lazy("booking", "places offered")
    BOOKED = "booked", pgettext_lazy("booking", "booked")
    CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled by the school")
    CANCELLED_BY_STAFF = "cancelled_by_staff", pgettext_lazy("booking", "cancelled by us")
    EXPIRED = "expired", pgettext_lazy("booking", "expired")
    ATTENDED = "attended", pgettext_lazy("booking", "came")
    ABSENT = "absent", pgettext_lazy("booking", "did not come")


class VisitState(models.TextChoices):
    """State of a request for a visit."""

    NEW = "new", pgettext_lazy("visit", "new")
    ANSWERED = "answered", pgettext_lazy("visit", "answered")
    PLANNED = "planned", pgettext_lazy("visit", "turned into a date")
    DECLINED = "declined", pgettext_lazy("visit", "declined")


VISIT_TRANSITIONS: Final[Mapping[VisitState, frozenset[VisitState]]] = MappingProxyType(
    {
        VisitState.NEW: frozenset({VisitState.ANSWERED, VisitState.PLANNED, VisitState.DECLINED}),
        VisitState.ANSWERED: frozenset({VisitState.PLANNED, VisitState.DECLINED}),
        VisitState.PLANNED: frozenset(),
        VisitState.DECLINED: frozenset(),
    }
)

_S = BookingState
TRANSITIONS: Final[Mapping[BookingState, frozenset[BookingState]]] = MappingProxyType(
    {
        _S.WAITING: frozenset({_S.OFFERED, _S.BOOKED, _S.CANCELLED, _S.CANCELLED_BY_STAFF, _S.EXPIRED}),
        _S.OFFERED: frozenset({_S.BOOKED, _S.EXPIRED, _S.CANCELLED, _S.CANCELLED_BY_STAFF}),
        _S.BOOKED: frozenset({_S.CANCELLED, _S.CANCELLED_BY_STAFF, _S.ATTENDED, _S.ABSENT}),
        _S.CANCELLED: frozenset(),
        _S.CANCELLED_BY_STAFF: frozenset(),
        _S.EXPIRED: frozenset(),
        _S.ATTENDED: frozenset({_S.ABSENT}),
        _S.ABSENT: frozenset({_S.ATTENDED}),
    }
)
# Counted in `EventDate.taken`.
STATES_HOLDING_PLACES: Final = frozenset({_S.OFFERED, _S.BOOKED})
# The school can still change or cancel.
OPEN_STATES: Final = frozenset({_S.WAITING, _S.OFFERED, _S.BOOKED})


def is_allowed_transition(before: BookingState, after: BookingState) -> bool:
    """Return whether TRANSITIONS allows the change from `before` to `after`."""
    return after in TRANSITIONS[before]
