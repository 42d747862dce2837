"""The kinds of questions, and the parts of a mock message in which clues are found."""

from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy


class QuestionKind(models.TextChoices):
    """What is asked of a player."""

    SINGLE = "single", pgettext_lazy("question", "One answer is right")
    MULTIPLE = "multiple", pgettext_lazy("question", "Several answers are right")
    TRUE_FALSE = "true_false", pgettext_lazy("question", "True or false")
    ORDERING = "ordering", pgettext_lazy("question", "Put into order")
    MATCHING = "matching", pgettext_lazy("question", "Match")
    SORTING = "sorting", pgettext_lazy("question", "Sort into groups")
    CLUES = "clues", pgettext_lazy("question", "Find the clues")
    SCENARIO = "scenario", pgettext_lazy("question", "What would you do")
    POLL = "poll", pgettext_lazy("question", "Opinion, without a score")
    SHORT = "short", pgettext_lazy("question", "Write a word")
    NUMERIC = "numeric", pgettext_lazy("question", "Write a number")


class Frame(models.TextChoices):
    """What the mock of a question with clues looks like."""

    MESSAGE = "message", pgettext_lazy("mock", "Message on a phone")
    EMAIL = "email", pgettext_lazy("mock", "E-mail")
    CHAT = "chat", pgettext_lazy("mock", "Chat")
    PROFILE = "profile", pgettext_lazy("mock", "Profile")
    PAGE = "page", pgettext_lazy("mock", "Web page")


class Role(models.TextChoices):
    """What a part of a mock is, which says how it is drawn."""

    SENDER = "sender", pgettext_lazy("mock", "sender")
    ADDRESS = "address", pgettext_lazy("mock", "address")
    SUBJECT = "subject", pgettext_lazy("mock", "subject")
    TEXT = "text", pgettext_lazy("mock", "text")
    LINK = "link", pgettext_lazy("mock", "link")
    BUTTON = "button", pgettext_lazy("mock", "button")
    NAME = "name", pgettext_lazy("mock", "name")
    BIO = "bio", pgettext_lazy("mock", "about me")
    PHOTO = "photo", pgettext_lazy("mock", "picture, in words")
    COUNTER = "counter", pgettext_lazy("mock", "number of followers")
    TIME = "time", pgettext_lazy("mock", "time")


# One choice is made among those that are shown.
SINGLE_CHOICE_KINDS: Final = frozenset({QuestionKind.SINGLE, QuestionKind.TRUE_FALSE, QuestionKind.POLL})
MULTIPLE_CHOICE_KINDS: Final = frozenset({QuestionKind.MULTIPLE, QuestionKind.CLUES})
# Each choice is put beside the text it belongs to.
PAIRING_KINDS: Final = frozenset({QuestionKind.MATCHING, QuestionKind.SORTING})
WRITTEN_KINDS: Final = frozenset({QuestionKind.SHORT, QuestionKind.NUMERIC})
# Choices whose order says something are never shuffled.
FIXED_ORDER_KINDS: Final = frozenset(
    {QuestionKind.TRUE_FALSE, QuestionKind.CLUES, QuestionKind.SCENARIO, *WRITTEN_KINDS}
)
