"""Enumerations of games: characters' looks and moods, endings, and parts of mock pages."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Look(models.TextChoices):
    """Drawing of a character."""

    GIRL = "girl", pgettext_lazy("character", "girl")
    BOY = "boy", pgettext_lazy("character", "boy")
    TEACHER = "teacher", pgettext_lazy("character", "teacher")
    PARENT = "parent", pgettext_lazy("character", "parent")
    FRIEND = "friend", pgettext_lazy("character", "friend")
    STRANGER = "stranger", pgettext_lazy("character", "stranger")
    KLIK = "klik", pgettext_lazy("character", "Klik the hedgehog")


class Mood(models.TextChoices):
    """Facial expression."""

    CALM = "calm", pgettext_lazy("mood", "calm")
    HAPPY = "happy", pgettext_lazy("mood", "happy")
    WORRIED = "worried", pgettext_lazy("mood", "worried")
    SAD = "sad", pgettext_lazy("mood", "sad")
    ANGRY = "angry", pgettext_lazy("mood", "angry")
    SCARED = "scared", pgettext_lazy("mood", "scared")


class Ending(models.TextChoices):
    """Ending of a story. Endings do not blame the child."""

    GOOD = "good", pgettext_lazy("ending", "a good end")
    MIXED = "mixed", pgettext_lazy("ending", "an open end")
    HARD = "hard", pgettext_lazy("ending", "a hard end")


class Picture(models.TextChoices):
    """Drawing on a card, `static/img/cards/<value>.svg`."""

    BUBBLE = "bubble", pgettext_lazy("drawing", "speech bubble")
    CAMERA = "camera", pgettext_lazy("drawing", "camera")
    CLOCK = "clock", pgettext_lazy("drawing", "clock")
    GIFT = "gift", pgettext_lazy("drawing", "gift")
    HAND = "hand", pgettext_lazy("drawing", "raised hand")
    HEART = "heart", pgettext_lazy("drawing", "heart")
    KEY = "key", pgettext_lazy("drawing", "key")
    LETTER = "letter", pgettext_lazy("drawing", "letter")
    MASK = "mask", pgettext_lazy("drawing", "mask")
    MEGAPHONE = "megaphone", pgettext_lazy("drawing", "megaphone")
    PADLOCK = "padlock", pgettext_lazy("drawing", "padlock")
    PIN = "pin", pgettext_lazy("drawing", "pin on a map")
    ROBOT = "robot", pgettext_lazy("drawing", "robot")
    SHIELD = "shield", pgettext_lazy("drawing", "shield")


class Find(models.TextChoices):
    """Surprise sticker of Klik's world, `static/img/finds/<value>.svg`."""

    ACORN = "acorn", pgettext_lazy("sticker", "acorn")
    BUTTERFLY = "butterfly", pgettext_lazy("sticker", "butterfly")
    CLOVER = "clover", pgettext_lazy("sticker", "four-leaf clover")
    LADYBIRD = "ladybird", pgettext_lazy("sticker", "ladybird")
    LANTERN = "lantern", pgettext_lazy("sticker", "lantern")
    MUSHROOM = "mushroom", pgettext_lazy("sticker", "mushroom")
    SNAIL = "snail", pgettext_lazy("sticker", "snail")
    STAR = "star", pgettext_lazy("sticker", "star")


class Frame(models.TextChoices):
    """Layout of a mock page."""

    PROFILE = "profile", pgettext_lazy("mock page", "profile")
    MESSAGE = "message", pgettext_lazy("mock page", "message")
    EMAIL = "email", pgettext_lazy("mock page", "e-mail")
    CHAT = "chat", pgettext_lazy("mock page", "chat")
    SHOP = "shop", pgettext_lazy("mock page", "shop")


class Role(models.TextChoices):
    """Role of a part of a mock page, which determines its style. The text of a photo is its description."""

    SENDER = "sender", pgettext_lazy("mock page", "sender")
    ADDRESS = "address", pgettext_lazy("mock page", "address")
    SUBJECT = "subject", pgettext_lazy("mock page", "subject")
    TEXT = "text", pgettext_lazy("mock page", "text")
    LINK = "link", pgettext_lazy("mock page", "link")
    BUTTON = "button", pgettext_lazy("mock page", "button")
    NAME = "name", pgettext_lazy("mock page", "name")
    BIO = "bio", pgettext_lazy("mock page", "about oneself")
    PHOTO = "photo", pgettext_lazy("mock page", "photo")
    COUNTER = "counter", pgettext_lazy("mock page", "number")
    TIME = "time", pgettext_lazy("mock page", "time")
    PRICE = "price", pgettext_lazy("mock page", "price")
    REVIEW = "review", pgettext_lazy("mock page", "review")
