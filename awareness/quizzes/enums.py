"""Kinds and parts of samples for "find the clues" questions."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Frame(models.TextChoices):
    """Kind of sample in a "find the clues" question."""

    MESSAGE = "message", pgettext_lazy("mock page", "Message on a phone")
    EMAIL = "email", pgettext_lazy("mock page", "E-mail")
    CHAT = "chat", pgettext_lazy("mock page", "Chat")
    PROFILE = "profile", pgettext_lazy("mock page", "Profile")
    PAGE = "page", pgettext_lazy("mock page", "Web page")


class Role(models.TextChoices):
    """Kind of a sample's part. It determines the display."""

    SENDER = "sender", pgettext_lazy("mock page", "sender")
    ADDRESS = "address", pgettext_lazy("mock page", "address")
    SUBJECT = "subject", pgettext_lazy("mock page", "subject")
    TEXT = "text", pgettext_lazy("mock page", "text")
    LINK = "link", pgettext_lazy("mock page", "link")
    BUTTON = "button", pgettext_lazy("mock page", "button")
    NAME = "name", pgettext_lazy("mock page", "name")
    BIO = "bio", pgettext_lazy("mock page", "about me")
    PHOTO = "photo", pgettext_lazy("mock page", "picture, in words")
    COUNTER = "counter", pgettext_lazy("mock page", "number of followers")
    TIME = "time", pgettext_lazy("mock page", "time")
