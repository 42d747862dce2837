"""What next after a quiz: things of this site that are still there, by their live titles."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from awareness.quizzes.models import NextKind, NextStep, Quiz
from awareness.quizzes.selectors import visible_quizzes
from awareness.topics.cards import Card, can_find, card_of
from awareness.topics.models import Topic

# Of the report form: addresses that do not change.
CATEGORIES: Final = frozenset({"csam", "cyberbullying", "hate-speech", "other"})
# What is said where only the kind is known.
WORDS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    NextKind.TOPIC: (_("A topic"), _("Read on: short and clear.")),
    NextKind.QUIZ: (_("Another quiz"), _("Try one more.")),
    NextKind.GAME: (_("A game"), _("Try in a game what you know now.")),
    NextKind.RESOURCE: (_("A resource"), _("To look at or to download.")),
    NextKind.REPORT: (_("Report it"), _("Seen something that should not be there? Report it to Net Patrola, without a name.")),
    NextKind.HELP: (_("Talk to somebody"), _("These lines listen and help, also by night.")),
}  # fmt: skip


def onward(quiz: Quiz, now: datetime) -> list[Card]:
    """Cards of the next steps in their order; what is not there (any more) is left out. At most one query a step."""
    return [card for step in quiz.next_steps.all() for card in _card(step, now)]


def _card(step: NextStep, now: datetime) -> Iterator[Card]:
    title, text = WORDS[step.kind]
    try:
        if step.kind == NextKind.TOPIC:
            topic = Topic.objects.visible(now).filter(slug=step.slug).first()
            if topic is not None:
                yield Card(step.kind, topic.title, topic.summary, reverse("topic", args=[topic.slug]), title)
        elif step.kind == NextKind.QUIZ:
            quiz = visible_quizzes(now).filter(slug=step.slug).first()
            if quiz is not None:
                yield Card(step.kind, quiz.title, quiz.summary, reverse("quiz", args=[quiz.slug]), title)
        elif step.kind == NextKind.REPORT:
            path = reverse("report-form", args=[step.slug]) if step.slug in CATEGORIES else reverse("report")
            yield Card(step.kind, str(title), str(text), path)
        elif step.kind == NextKind.HELP:
            yield Card(step.kind, str(title), str(text), reverse("help"))
        elif not can_find(step.kind):
            # Its app says nothing of single ones; its address is known.
            yield Card(step.kind, str(title), str(text), reverse(step.kind, args=[step.slug]))
        elif (card := card_of(step.kind, step.slug, now=now)) is not None:
            yield Card(card.kind, card.title, card.text, card.path, title)
    except NoReverseMatch:
        # An app that is not there.
        return
