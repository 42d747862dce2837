"""The words games are made of: kinds of game, what a person looks like and feels, how a story ends, what a mock page consists of."""

from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy


class GameKind(models.TextChoices):
    """How a game is played; it says which of its parts mean something."""

    STORY = "story", pgettext_lazy("game", "Story")
    SORT = "sort", pgettext_lazy("game", "Sorting")
    PAIRS = "pairs", pgettext_lazy("game", "Pairs")
    SPOT = "spot", pgettext_lazy("game", "Spot it")
    LOCK = "lock", pgettext_lazy("game", "Lock it")


# The parts of each kind, by the names of the relations; sources and next steps belong to every game.
COMMON_PARTS: Final = ("sources", "next_steps")
PARTS_OF: Final[dict[str, tuple[str, ...]]] = {
    GameKind.STORY: ("meters", "characters", "scenes", "choices"),
    GameKind.SORT: ("bins", "cards"),
    GameKind.PAIRS: ("pairs",),
    GameKind.SPOT: ("mocks", "mock_parts"),
    GameKind.LOCK: ("viewers", "privacy_settings", "options"),
}


class Look(models.TextChoices):
    """How a person of a story is drawn."""

    GIRL = "girl", pgettext_lazy("look", "girl")
    BOY = "boy", pgettext_lazy("look", "boy")
    TEACHER = "teacher", pgettext_lazy("look", "teacher")
    PARENT = "parent", pgettext_lazy("look", "parent")
    FRIEND = "friend", pgettext_lazy("look", "friend")
    STRANGER = "stranger", pgettext_lazy("look", "stranger")
    KLIK = "klik", pgettext_lazy("look", "Klik the hedgehog")


class Mood(models.TextChoices):
    """What a face shows."""

    CALM = "calm", pgettext_lazy("mood", "calm")
    HAPPY = "happy", pgettext_lazy("mood", "happy")
    WORRIED = "worried", pgettext_lazy("mood", "worried")
    SAD = "sad", pgettext_lazy("mood", "sad")
    ANGRY = "angry", pgettext_lazy("mood", "angry")
    SCARED = "scared", pgettext_lazy("mood", "scared")


class Ending(models.TextChoices):
    """How a story has ended; none of them blames the child."""

    GOOD = "good", pgettext_lazy("ending", "a good end")
    MIXED = "mixed", pgettext_lazy("ending", "an open end")
    HARD = "hard", pgettext_lazy("ending", "a hard end")


class Frame(models.TextChoices):
    """What a mock page looks like."""

    PROFILE = "profile", pgettext_lazy("mock", "profile")
    MESSAGE = "message", pgettext_lazy("mock", "message")
    EMAIL = "email", pgettext_lazy("mock", "e-mail")
    CHAT = "chat", pgettext_lazy("mock", "chat")
    SHOP = "shop", pgettext_lazy("mock", "shop")


class Role(models.TextChoices):
    """What a part of a mock page is, which says how it is drawn. A photo is described in words."""

    SENDER = "sender", pgettext_lazy("mock", "sender")
    ADDRESS = "address", pgettext_lazy("mock", "address")
    SUBJECT = "subject", pgettext_lazy("mock", "subject")
    TEXT = "text", pgettext_lazy("mock", "text")
    LINK = "link", pgettext_lazy("mock", "link")
    BUTTON = "button", pgettext_lazy("mock", "button")
    NAME = "name", pgettext_lazy("mock", "name")
    BIO = "bio", pgettext_lazy("mock", "about oneself")
    PHOTO = "photo", pgettext_lazy("mock", "photo")
    COUNTER = "counter", pgettext_lazy("mock", "number")
    TIME = "time", pgettext_lazy("mock", "time")
    PRICE = "price", pgettext_lazy("mock", "price")
    REVIEW = "review", pgettext_lazy("mock", "review")
