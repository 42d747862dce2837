"""What next: where one may go on from a quiz, a game or whatever else names steps. Records of other apps are found through their cards."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.publishing.related_content import Card, cards_by_slug


class NextKind(models.TextChoices):
    """Where a step leads. What is a record is called as the cards of its kind are, and is shown once an app offers such cards."""

    TOPIC = "topic", pgettext_lazy("next step", "a topic")
    RESOURCE = "resource", pgettext_lazy("next step", "a resource")
    GAME = "game", pgettext_lazy("next step", "a game")
    QUIZ = "quiz", pgettext_lazy("next step", "a quiz")
    EVENT = "event", pgettext_lazy("next step", "an event")
    REPORT = "report", pgettext_lazy("next step", "reporting")
    HELP = "help", pgettext_lazy("next step", "help")


class ReportCategory(models.TextChoices):
    """The categories of the report form: part of its addresses, which do not change."""

    CSAM = "csam", _("Child sexual abuse material")
    CYBERBULLYING = "cyberbullying", _("Cyberbullying")
    HATE_SPEECH = "hate-speech", _("Hate speech")
    OTHER = "other", _("Something else")


# Kinds that are no record.
KINDS_WITHOUT_RECORD: Final = (NextKind.REPORT, NextKind.HELP)
# Above the title of a record: what one does there.
_INVITATIONS: Final[Mapping[str, Promise]] = {
    NextKind.TOPIC: pgettext_lazy("next step", "Read"),
    NextKind.RESOURCE: pgettext_lazy("next step", "Look at"),
    NextKind.GAME: pgettext_lazy("next step", "Play"),
    NextKind.QUIZ: pgettext_lazy("next step", "Quiz"),
    NextKind.EVENT: pgettext_lazy("next step", "Come along"),
}
_REPORT: Final = (
    _("Report it"),
    _("Seen something that should not be there? Report it to Net Patrola, without a name."),
)
_HELP: Final = (_("Talk to somebody"), _("These lines listen and help."))


class NextStepRow(Protocol):
    """A row that names where one may go on: a NextKind and the slug in its address (of a report: a category or nothing; of help: nothing)."""

    kind: str
    slug: str


def next_step_cards(steps: Iterable[NextStepRow], *, now: datetime) -> list[Card]:
    """Cards of the steps in their order, in the active language; what everybody does not see at `now` is left out. One query a kind of record."""
    wanted = list(steps)
    found = {
        kind: cards_by_slug(kind, {step.slug for step in wanted if step.kind == kind}, now=now)
        for kind in {step.kind for step in wanted}.difference(KINDS_WITHOUT_RECORD)
    }
    return [card for step in wanted if (card := _card(step, found))]


def is_step_available(step: NextStepRow, *, now: datetime) -> bool:
    """Whether everybody finds something there at `now`."""
    if step.kind not in KINDS_WITHOUT_RECORD:
        return is_record_visible(step.kind, step.slug, now=now)
    return step.kind == NextKind.HELP or step.slug in {"", *ReportCategory.values}


def is_record_visible(kind: str, slug: str, *, now: datetime) -> bool:
    """Whether everybody sees the record of this kind with this slug at `now`; asked at the staff door too."""
    try:
        return slug in cards_by_slug(kind, {slug}, now=now)
    except NoReverseMatch:
        # That door has no public addresses: that one had to be made shows that there is something.
        return True


def step_slug_error(kind: str, slug: str) -> str:
    """What is wrong with the slug of a step, for an editor; empty where nothing is. Help has no address, reports have categories, all else has a slug."""
    if kind == NextKind.HELP:
        return gettext("Help has no address of its own: leave this empty.") if slug else ""
    if kind == NextKind.REPORT:
        known = slug in {"", *ReportCategory.values}
        return "" if known else gettext("Empty, or one of: %(slugs)s") % {"slugs": ", ".join(ReportCategory.values)}
    return "" if slug else gettext("Where does it lead? Write the address.")


def _card(step: NextStepRow, found: Mapping[str, Mapping[str, Card]]) -> Card | None:
    if step.kind == NextKind.HELP:
        return Card(step.kind, str(_HELP[0]), str(_HELP[1]), reverse("help"))
    if step.kind == NextKind.REPORT:
        known = step.slug in ReportCategory.values
        path = reverse("report-form", args=[step.slug]) if known else reverse("report")
        return Card(step.kind, str(_REPORT[0]), str(_REPORT[1]), path)
    card = found[step.kind].get(step.slug)
    return card and replace(card, note=_INVITATIONS[NextKind(step.kind)])
