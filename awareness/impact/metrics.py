"""What is counted, by what, and how each figure and each of its keys is called. Codes are part of the public CSV and JSON."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.events.enums import EventKind, ParticipantGroup, SchoolKind
from awareness.publishing.audiences import Audience, Level
from clicksafely.common.places import TOWNS


class Measure(models.TextChoices):
    """What is counted."""

    PARTICIPANTS = "participants", pgettext_lazy("impact", "Participants in events")
    EVENTS = "events", pgettext_lazy("impact", "Events held")
    TOWNS = "towns", pgettext_lazy("impact", "Towns")
    SCHOOLS = "schools", pgettext_lazy("impact", "Schools")
    CONFIDENCE = "confidence", pgettext_lazy("impact", "Feeling safe on the internet")
    DOWNLOADS = "downloads", pgettext_lazy("impact", "Downloads from the library")
    PLAYS = "quiz_plays", pgettext_lazy("impact", "Quizzes played")


class Dimension(models.TextChoices):
    """By what it is counted."""

    GROUP = "group", pgettext_lazy("impact", "by group")
    KIND = "kind", pgettext_lazy("impact", "by kind of event")
    TOWN = "town", pgettext_lazy("impact", "by town")
    SCHOOL_KIND = "school_kind", pgettext_lazy("impact", "by kind of school")
    MOMENT = "moment", pgettext_lazy("impact", "before and after")
    AUDIENCE = "audience", pgettext_lazy("impact", "by audience of the resource")
    WAY = "way", pgettext_lazy("impact", "alone or in a class")
    LEVEL = "level", pgettext_lazy("impact", "by age the quiz is written for")
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
# Counts of people, and of what a person does: small ones are hidden. Events were announced, and a school is no person.
OF_PEOPLE = (M.PARTICIPANTS, M.DOWNLOADS, M.PLAYS)
# Those that come in seasons; the others are counted by months.
SEASONAL = (M.PARTICIPANTS, M.EVENTS, M.TOWNS, M.SCHOOLS, M.CONFIDENCE)
# Towns are told of whole years: of a season most of them would be hidden.
OF_YEARS = (D.TOWN,)

BEFORE, AFTER = "before", "after"
SEVERAL, NONE = "several", "none"
FINISHED, UNFINISHED = "finished", "unfinished"

_AUDIENCES: dict[str, str | Promise] = {
    **{audience.value: audience.label for audience in Audience},
    SEVERAL: pgettext_lazy("impact", "several audiences"),
    NONE: pgettext_lazy("impact", "everybody"),
}
_LABELS: dict[str, dict[str, str | Promise]] = {
    D.GROUP: {group.value: group.label for group in ParticipantGroup},
    D.KIND: {kind.value: kind.label for kind in EventKind},
    D.SCHOOL_KIND: {kind.value: kind.label for kind in SchoolKind},
    D.MOMENT: {BEFORE: pgettext_lazy("impact", "before the event"), AFTER: pgettext_lazy("impact", "after the event")},
    D.AUDIENCE: _AUDIENCES,
    D.WAY: {"alone": pgettext_lazy("impact", "alone"), "class": pgettext_lazy("impact", "in a class")},
    D.LEVEL: {level.value: level.label for level in Level},
    D.RESULT: {FINISHED: pgettext_lazy("impact", "finished"), UNFINISHED: pgettext_lazy("impact", "not finished")},
}  # fmt: skip
# In the order in which they are shown; keys of the others are shown by their number.
ORDER: dict[str, tuple[str, ...]] = {
    dimension: tuple(_LABELS[dimension]) for dimension in (D.GROUP, D.SCHOOL_KIND, D.MOMENT, D.WAY, D.LEVEL, D.RESULT)
}

# How each figure is counted: the page and the JSON say the same.
DEFINITIONS: dict[Measure, str | Promise] = {
    M.PARTICIPANTS: _(
        "Everybody who took part in an event, as counted by those who held it and written into its closing report. Somebody who came to two"
        " events counts twice. It counts in the season and in the town in which the event took place: spring is January to July, autumn is"
        " August to December."
    ),
    M.EVENTS: _(
        "Dates of events that took place and have a closing report. A workshop that was held on three days, or in three schools, counts three"
        " times."
    ),
    M.TOWNS: _("Different towns and municipalities in which events were held. A town that was visited every year counts once in all years."),
    M.SCHOOLS: _(
        "Different schools and other institutions that came to events with pupils or staff: by name, however it is spelled, and town. The kind"
        " is the one that was told last."
    ),
    M.CONFIDENCE: _(
        "Of the participants who were asked, the share who agreed with “I feel safe on the internet” (4 or 5 on a scale from 1 to 5), before"
        " and after the event. Only events where it was asked both times are counted, and a share is told from five answers on each side."
    ),
    M.DOWNLOADS: _(
        "How often files of resources were downloaded, each file of a bundle included. Nothing is noted about who downloads, so it is not a"
        " number of people. Files that were deleted with their resource are not counted any more."
    ),
    M.PLAYS: _(
        "How often a quiz was played by one person alone, and how many pupils played one in a class led by their teacher. Finished are those who"
        " came to the result. Nothing is noted about who plays."
    ),
}  # fmt: skip


def label_of(dimension: str, key: str) -> str:
    """A key in words, in the language at hand."""
    if dimension == D.TOWN:
        return str(TOWNS[key]) if key in TOWNS else key
    return str(_LABELS[dimension].get(key, key))
