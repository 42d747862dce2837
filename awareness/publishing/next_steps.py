"""Next steps after a quiz or a game: cards of pages from the card registry, and choices of a form."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.publishing.models import PublicationState
from awareness.publishing.related_content import Card, cards_by_slug
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.report_registry import report_categories
from clicksafely.common.search_registry import searchable_models
from clicksafely.common.serbian.alphabet import page_order


class NextKind(models.TextChoices):
    """Target of a step. Values of record kinds equal the kinds of registered cards."""

    TOPIC = "topic", pgettext_lazy("next step", "a topic")
    RESOURCE = "resource", pgettext_lazy("next step", "a resource")
    GAME = "game", pgettext_lazy("next step", "a game")
    QUIZ = "quiz", pgettext_lazy("next step", "a quiz")
    EVENT = "event", pgettext_lazy("next step", "an event")
    REPORT = "report", pgettext_lazy("next step", "reporting")
    HELP = "help", pgettext_lazy("next step", "help")


# Kinds without a database record.
KINDS_WITHOUT_RECORD: Final = (NextKind.REPORT, NextKind.HELP)
# Shown above the title of a record.
_INVITATIONS: Final[Mapping[str, Promise]] = {
    NextKind.TOPIC: pgettext_lazy("next step", "Read"),
    NextKind.RESOURCE: pgettext_lazy("next step", "Look at"),
    NextKind.GAME: pgettext_lazy("next step", "Play"),
    NextKind.QUIZ: pgettext_lazy("next step", "Quiz"),
    NextKind.EVENT: pgettext_lazy("next step", "Come along"),
}
_REPORT: Final = (
    _("Report it"),
    _("Have you seen illegal or harmful content online? Report it to Net Patrola. You do not need to give your name."),
)
_HELP: Final = (_("Talk to someone"), _("Helplines listen to you and help you."))


# Groups of a select box with their options.
type PageChoices = list[tuple[str, list[tuple[str, str]]]]


class NextStepRow(Protocol):
    """A row that refers to a target by NextKind and slug. Report has a category or no slug; help has no slug."""

    kind: str
    slug: str


def next_step_cards(steps: Iterable[NextStepRow], *, now: datetime) -> list[Card]:
    """Return the cards of the steps in their order, in the active language, without those hidden at `now`.

    One query for each kind of record.
    """
    step_rows = list(steps)
    found = {
        kind: cards_by_slug(kind, {step.slug for step in step_rows if step.kind == kind}, now=now)
        for kind in {step.kind for step in step_rows}.difference(KINDS_WITHOUT_RECORD)
    }
    return [card for step in step_rows if (card := _card(step, found))]


def is_step_available(step: NextStepRow, *, now: datetime) -> bool:
    """Return whether the target of a step is public at `now`."""
    if step.kind not in KINDS_WITHOUT_RECORD:
        return is_record_visible(step.kind, step.slug, now=now)
    return step.kind == NextKind.HELP or step.slug in {"", *report_categories()}


def is_record_visible(kind: str, slug: str, *, now: datetime) -> bool:
    """Return whether the record is public at `now`. Works on the staff site too."""
    try:
        return slug in cards_by_slug(kind, {slug}, now=now)
    except NoReverseMatch:
        # The staff site has no public URLs, so `reverse` fails, but only for a record that exists.
        return True


def page_choices(kinds: Collection[str]) -> PageChoices:
    """Return the pages of these values of `NextKind` for a select box, in groups.

    Titles are in the active language. A value is a kind and a slug, such as "topic:privacy" or "help:". One query for
    each kind of record.
    """
    groups: PageChoices = [
        (str(each.label), _record_choices(each.kind, each.model))
        for each in searchable_models()
        if each.kind in kinds and each.kind not in KINDS_WITHOUT_RECORD
    ]
    own = []
    if NextKind.REPORT in kinds:
        own.append((f"{NextKind.REPORT}:", gettext("Report: the reader chooses the category")))
        own += [
            (f"{NextKind.REPORT}:{code}", gettext("Report: %(category)s") % {"category": category.title})
            for code, category in report_categories().items()
        ]
    if NextKind.HELP in kinds:
        own.append((f"{NextKind.HELP}:", str(_HELP[0])))
    return [*groups, (gettext("Reports and help"), own)] if own else groups


def _record_choices(kind: str, model: type[models.Model]) -> list[tuple[str, str]]:
    now, first, second = timezone.now(), "title_sr", "title_en"
    if get_language() == ENGLISH:
        first, second = second, first
    choices = []
    for record in model._default_manager.only("slug", first, second, "published_at", "withdrawn_at"):
        title = getattr(record, first) or getattr(record, second)
        if record.state_at(now) != PublicationState.PUBLISHED:  # type: ignore[attr-defined]
            title = gettext("%(title)s (not public)") % {"title": title}
        choices.append((f"{kind}:{record.slug}", title))  # type: ignore[attr-defined]
    return sorted(choices, key=lambda each: page_order(each[1]))


def _card(step: NextStepRow, found: Mapping[str, Mapping[str, Card]]) -> Card | None:
    if step.kind == NextKind.HELP:
        return Card(step.kind, str(_HELP[0]), str(_HELP[1]), reverse("help"))
    if step.kind == NextKind.REPORT:
        category = report_categories().get(step.slug)
        path = reverse(category.url_name, kwargs=category.url_kwargs) if category else reverse("report")
        return Card(step.kind, str(_REPORT[0]), str(_REPORT[1]), path)
    card = found[step.kind].get(step.slug)
    return card and replace(card, note=_INVITATIONS[NextKind(step.kind)])
