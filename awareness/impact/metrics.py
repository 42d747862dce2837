"""Measures, dimensions and their labels. Codes are part of the public CSV and JSON."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.events.enums import EventKind, ParticipantGroup, SchoolKind
from awareness.publishing.audiences import Audience, QuizLevel
from clicksafely.common.places import TOWNS


class Measure(models.TextChoices):
    """A measure."""

    PARTICIPANTS = "participants", pgettext_lazy("impact", "Participants in events")
    EVENTS = "events", pgettext_lazy("impact", "Events held")
    TOWNS = "towns", pgettext_lazy("impact", "Towns")
    SCHOOLS = "schools", pgettext_lazy("impact", "Schools")
    CONFIDENCE = "confidence", pgettext_lazy("impact", "Feeling safe on the internet")
    DOWNLOADS = "downloads", pgettext_lazy("impact", "Downloads from the library")
    PLAYS = "quiz_plays", pgettext_lazy("impact", "Quizzes played")


class Dimension(models.TextChoices):
    """A dimension of a measure."""

    GROUP = "group", pgettext_lazy("impact", "by group")
    KIND = "kind", pgettext_lazy("impact", "by kind of event")
    TOWN = "town", pgettext_lazy("impact", "by town")
    SCHOOL_KIND = "school_kind", pgettext_lazy("impact", "by kind of school")
    MOMENT = "moment", pgettext_lazy("impact", "before and after")
    AUDIENCE = "audience", pgettext_lazy("impact", "by audience of the resource")
    WAY = "way", pgettext_lazy("impact", "alone or in a class")
    LEVEL = "level", pgettext_lazy("impact", "by readers of the quiz")
    RESULT = "result", pgettext_lazy("impact", "finished or not")


M, D = Measure, Dimension

PUBLIC: dict[Measure, tuple[Dimension, ...]] = {
    M.PARTICIPANTS: (D.GROUP, D.KIND, D.TOWN),
    M.EVENTS: (D.KIND, D.TOWN),
    M.TOWNS: (),
    M.SCHOOLS: (D.SCHOOL_KIND,),
    M.CONFIDENCE: (D.MOMENT,),
    M.DOWNLOADS: (D.AUDIENCE,),
    M.PLAYS: (D.WAY, D.LEVEL, D.RESULT),
}
# Measures of people and of their actions: small counts are hidden. Events and schools are public.
OF_PEOPLE = (M.PARTICIPANTS, M.DOWNLOADS, M.PLAYS)
# Published for whole years only: for a season, most towns would be hidden.
OF_YEARS = (D.TOWN,)

BEFORE, AFTER = "before", "after"
SEVERAL, NONE = "several", "none"
FINISHED, UNFINISHED = "finished", "unfinished"

_AUDIENCES: dict[str, str | Promise] = {
    **{audience.value: audience.label for audience in Audience},
    SEVERAL: pgettext_lazy("impact", "several audiences"),
    NONE: pgettext_lazy("impact", "all audiences"),
}
_LABELS: dict[str, dict[str, str | Promise]] = {
    D.GROUP: {group.value: group.label for group in ParticipantGroup},
    D.KIND: {kind.value: kind.label for kind in EventKind},
    D.SCHOOL_KIND: {kind.value: kind.label for kind in SchoolKind},
    D.MOMENT: {BEFORE: pgettext_lazy("impact", "before the event"), AFTER: pgettext_lazy("impact", "after the event")},
    D.AUDIENCE: _AUDIENCES,
    D.WAY: {"alone": pgettext_lazy("impact", "alone"), "class": pgettext_lazy("impact", "in a class")},
    D.LEVEL: {level.value: level.label for level in QuizLevel},
    D.RESULT: {FINISHED: pgettext_lazy("impact", "finished"), UNFINISHED: pgettext_lazy("impact", "not finished")},
}  # fmt: skip
# Order of keys on the page; keys of other dimensions are sorted by count.
ORDER: dict[str, tuple[str, ...]] = {
    dimension: tuple(_LABELS[dimension]) for dimension in (D.GROUP, D.SCHOOL_KIND, D.MOMENT, D.WAY, D.LEVEL, D.RESULT)
}

# Definitions of the measures, for the page and the JSON.
DEFINITIONS: dict[Measure, str | Promise] = {
    M.PARTICIPANTS: _(
        "People who took part in an event, as counted by its organisers in the closing report. A person who "
        "came to two events counts twice. Participants count in the season and in the town of the event. "
        "Spring is January to July, autumn is August to December."
    ),
    M.EVENTS: _(
        "Dates of events that took place and have a closing report. A workshop that was held on three days, "
        "or in three schools, counts three"
        " times."
    ),
    M.TOWNS: _("Different towns and municipalities in which events were held. A town that was visited every year "
        "counts once in all years."),
    M.SCHOOLS: _(
        "Different schools and other institutions that came to events with pupils or staff. They are told "
        "apart by name, in any spelling, and town. The kind is the one entered last."
    ),
    M.CONFIDENCE: _(
        "Share of the participants asked who agreed with “I feel safe on the internet” (4 or 5 on a scale from "
        "1 to 5), before and after the event. Only events that asked both times are counted. A share is "
        "published once there are five answers before and five after."
    ),
    M.DOWNLOADS: _(
        "Number of downloads of resource files, including each file of a bundle. We record nothing about who "
        "downloads, so this is not a number of people. Files deleted with their resource are no longer counted."
    ),
    M.PLAYS: _(
        "Number of times one person played a quiz alone, and number of pupils who played one in a class with "
        "their teacher. A quiz is finished when the player reaches the result. We record nothing about who "
        "plays."
    ),
}  # fmt: skip


def label_of(dimension: str, key: str) -> str:
    """Return the label of a key, in the active language."""
    if dimension == D.TOWN:
        return str(TOWNS[key]) if key in TOWNS else key
    return str(_LABELS[dimension].get(key, key))
