"""Where one may go on from a game: steps as addresses and titles in the active language. What is not there, or not to be seen, is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.games.models import NextStep
from awareness.games.vocabulary import NextKind
from awareness.topics.documents import findables
from awareness.topics.publication import Publication


@dataclass(frozen=True)
class Step:
    """A way on: its kind, what it is called, and its path."""

    kind: str
    label: str | Promise
    title: str | Promise
    path: str


_LABELS = {
    NextKind.TOPIC: pgettext_lazy("next step", "Read"),
    NextKind.RESOURCE: pgettext_lazy("next step", "Look at"),
    NextKind.GAME: pgettext_lazy("next step", "Play"),
    NextKind.QUIZ: pgettext_lazy("next step", "Quiz"),
    NextKind.REPORT: pgettext_lazy("next step", "Report"),
    NextKind.HELP: pgettext_lazy("next step", "Help"),
}


def steps_on(rows: Sequence[NextStep], now: datetime) -> list[Step]:
    """The steps in their order; at most one query for each kind of record, whichever app keeps it."""
    titles = {
        kind: _titles(kind, [row.slug for row in rows if row.kind == kind], now) for kind in {r.kind for r in rows}
    }
    found = (_step(row, titles[row.kind]) for row in rows)
    return [step for step in found if step]


def _titles(kind: str, slugs: Sequence[str], now: datetime) -> dict[str, str]:
    """Titles by slug of those that everybody sees."""
    model = next((findable.model for findable in findables() if findable.kind == kind), None)
    if model is None or not issubclass(model, Publication):
        return {}
    records = model.objects.filter(slug__in=slugs).visible(now)
    return {record.slug: str(record) for record in records}


def _step(row: NextStep, titles: dict[str, str]) -> Step | None:
    label = _LABELS[NextKind(row.kind)]
    try:
        if row.kind == NextKind.HELP:
            return Step(row.kind, label, _("Talk to somebody who can help"), reverse("help"))
        if row.kind == NextKind.REPORT:
            path = reverse("report-form", args=[row.slug]) if row.slug else reverse("report")
            return Step(row.kind, label, _("Report what you have seen, without a name"), path)
        if row.slug not in titles:
            return None
        return Step(row.kind, label, titles[row.slug], reverse(row.kind, args=[row.slug]))
    except NoReverseMatch:
        return None
