"""The words of events: kinds as the Centre has always named them, whom they are for, what a place offers. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventKind(models.TextChoices):
    """What happens at an event."""

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
    """Whom an event is for, and who took part."""

    CHILDREN = "children", _("Children (up to 14 years)")
    YOUTH = "youth", _("Young people (15 and older)")
    PARENTS = "parents", _("Parents and caretakers")
    TEACHERS = "teachers", _("Teachers and school staff")
    STAKEHOLDERS = "stakeholders", _("Partners and officials")


class Season(models.TextChoices):
    """Activities come twice a year."""

    SPRING = "spring", pgettext_lazy("season", "spring")
    AUTUMN = "autumn", pgettext_lazy("season", "autumn")


class SpokenLanguage(models.TextChoices):
    """What is spoken at an event: the languages that schools in Serbia teach in, English, and sign language."""

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
    """What makes an event easier to come to and to follow."""

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


# Grades of a school of each kind, as pupils count them; others have none.
GRADES = {SchoolKind.PRIMARY: range(1, 9), SchoolKind.SECONDARY: range(1, 5), SchoolKind.SPECIAL: range(1, 9)}


class DateState(models.TextChoices):
    """Whether a date takes place."""

    PLANNED = "planned", pgettext_lazy("date", "planned")
    CANCELLED = "cancelled", pgettext_lazy("date", "cancelled")


class BookingState(models.TextChoices):
    """Where a booking stands."""

    WAITING = "waiting", pgettext_lazy("booking", "on the waiting list")
    OFFERED = "offered", pgettext_lazy("booking", "place offered")
    BOOKED = "booked", pgettext_lazy("booking", "booked")
    CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled by the school")
    CANCELLED_BY_STAFF = "called_off", pgettext_lazy("booking", "called off by us")
    LAPSED = "lapsed", pgettext_lazy("booking", "lapsed")
    ATTENDED = "attended", pgettext_lazy("booking", "came")
    ABSENT = "absent", pgettext_lazy("booking", "did not come")


_S = BookingState
TRANSITIONS: Final[Mapping[BookingState, frozenset[BookingState]]] = MappingProxyType(
    {
        _S.WAITING: frozenset({_S.OFFERED, _S.BOOKED, _S.CANCELLED, _S.CANCELLED_BY_STAFF, _S.LAPSED}),
        _S.OFFERED: frozenset({_S.BOOKED, _S.LAPSED, _S.CANCELLED, _S.CANCELLED_BY_STAFF}),
        _S.BOOKED: frozenset({_S.CANCELLED, _S.CANCELLED_BY_STAFF, _S.ATTENDED, _S.ABSENT}),
        _S.CANCELLED: frozenset(),
        _S.CANCELLED_BY_STAFF: frozenset(),
        _S.LAPSED: frozenset(),
        _S.ATTENDED: frozenset({_S.ABSENT}),
        _S.ABSENT: frozenset({_S.ATTENDED}),
    }
)
# Those that hold places of a date, and those that can still change something.
STATES_HOLDING_PLACES: Final = frozenset({_S.OFFERED, _S.BOOKED})
OPEN_STATES: Final = frozenset({_S.WAITING, _S.OFFERED, _S.BOOKED})


def is_allowed_transition(before: BookingState, after: BookingState) -> bool:
    """Whether a booking may go from one state to the other."""
    return after in TRANSITIONS[before]
