"""Texts of the report form, for adults who report content and for affected children."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models import Category

Words = str | Promise


@dataclass(frozen=True)
class CategoryText:
    """Texts of a category: its name, a description, and a description for children."""

    title: Words
    about: Words
    about_child: Words


CATEGORY_TEXTS: dict[str, CategoryText] = {
    Category.CSAM: CategoryText(
        _("Pictures of the sexual abuse of a child"),
        _("Photographs, videos, drawings or texts in which a child is sexually abused or shown, and whoever offers or asks for them."),
        _("Somebody has a naked or sexual picture of you or another child, shares it, or asks you for one."),
    ),
    Category.CYBERBULLYING: CategoryText(
        _("Cyberbullying"),
        _("Threats, insults, exclusion, blackmail, somebody’s pictures or secrets spread without consent."),
        _("Somebody threatens you, mocks you, spreads your pictures or secrets, or will not stop."),
    ),
    Category.HATE_SPEECH: CategoryText(
        _("Hate speech"),
        _("Calls for hatred or violence against people because of their nation, faith, colour, sex, orientation or disability."),
        _("Somebody calls for hatred or violence against people because of who they are."),
    ),
    Category.OTHER: CategoryText(
        _("Something else"),
        _("Anything else on the internet that endangers a child or seems to be against the law."),
        _("Anything else on the internet that scares you or seems wrong."),
    ),
}  # fmt: skip

LABELS: dict[str, Words] = {
    "addresses": _("Address or addresses"),
    "app": _("App, network or game"),
    "handle": _("Profile, group or channel"),
    "what": _("What is there to see?"),
    "when_seen": _("When did you see it?"),
    "details": _("Anything else we should know"),
    "images": _("Pictures of the screen"),
    "danger_now": _("A child is in danger right now"),
    "about_me": _("This happened to me"),
    "contact": _("E-mail or phone"),
    "wants_answer": _("Write to me when there is news"),
    "consent": _("I report in good faith and agree that Net Patrola uses what I wrote to check the content and have it stopped"),
}  # fmt: skip

CHILD_LABELS: dict[str, Words] = {
    "addresses": _("Paste the link here"),
    "app": _("In which app or game?"),
    "handle": _("Name of the profile or group"),
    "what": _("What happened?"),
    "when_seen": _("When was it?"),
    "details": _("Do you want to tell us anything else?"),
    "images": _("Pictures of your screen"),
    "danger_now": _("I am in danger right now"),
    "about_me": _("It is about me"),
    "contact": _("How can we reach you?"),
    "wants_answer": _("Tell me when there is news"),
    "consent": _("Net Patrola may read what I wrote, to help"),
}

HELPS: dict[str, Words] = {
    "addresses": _(
        "Paste everything you have, also with other words around it; one address a line is easiest. Spellings like hxxp and [.] are fine. No address? Leave this empty and tell us below what you know."
    ),
    "handle": _("For example @name, the name of the group, or the name in the game."),
    "what": _("A few sentences: who does what, and to whom."),
    "details": _("How to find it, a password of the page, names of accounts, what happened before."),
    "images": _(
        "Up to 5 pictures, 10 MB each: PNG, JPEG, WebP or GIF. We remove the place and the device from them. Never screenshot or send a naked picture of a child, not even of yourself: give us the address instead."
    ),
    "danger_now": _("Call one of the numbers on this page first: a call helps faster than a form. Then send the report, it goes to the front."),
    "about_me": _("Then we handle the report with more care."),
    "contact": _("You can leave this empty and stay unknown to us. With the code you can read our answer here anyway."),
    "wants_answer": _("A short message that does not say what it is about."),
}  # fmt: skip

CHILD_HELPS: dict[str, Words] = {
    "addresses": _(
        "The link of the page, the picture or the profile. If you do not have one, leave this empty: your words are enough."
    ),
    "handle": _("For example @name."),
    "what": _("Write it in your own way. There are no wrong words, and it is not your fault."),
    "details": _("Only if you want. You can also write to us later."),
    "images": _(
        "Up to 5 pictures. Never screenshot or send a naked picture, not even of yourself: paste its link instead, we will understand."
    ),
    "danger_now": _("Call one of the numbers on this page now, or tell an adult you trust. Then send this."),
    "about_me": _("Untick it if you are writing for a friend."),
    "contact": _("You can leave this empty. Think of who else reads that phone or mailbox."),
    "wants_answer": _("A short message that does not say what it is about."),
}

CSAM_HELPS: dict[str, Words] = {
    "what": _("A few words are enough. You do not have to describe the pictures."),
}

WHEN_SEEN: list[tuple[str, Words]] = [
    ("today", pgettext_lazy("when seen", "Today")),
    ("this-week", pgettext_lazy("when seen", "This week")),
    ("earlier", pgettext_lazy("when seen", "Earlier")),
    ("unknown", pgettext_lazy("when seen", "I do not know")),
]

APPS: list[tuple[str, Words]] = [
    ("instagram", "Instagram"),
    ("tiktok", "TikTok"),
    ("snapchat", "Snapchat"),
    ("viber", "Viber"),
    ("whatsapp", "WhatsApp"),
    ("telegram", "Telegram"),
    ("discord", "Discord"),
    ("facebook", "Facebook"),
    ("youtube", "YouTube"),
    ("x", "X (Twitter)"),
    ("game", pgettext_lazy("app", "A game")),
    ("other", pgettext_lazy("app", "Another one")),
]

STEPS: list[Words] = [
    pgettext_lazy("step", "What it is about"),
    pgettext_lazy("step", "Describe"),
    pgettext_lazy("step", "Check and send"),
    pgettext_lazy("step", "Your code"),
]


def labels(*, child: bool) -> dict[str, Words]:
    """Return the labels by field name."""
    return CHILD_LABELS if child else LABELS


def helps(*, category: str, child: bool) -> dict[str, Words]:
    """Return the help texts by field name."""
    words = CHILD_HELPS if child else HELPS
    return words | CSAM_HELPS if category == Category.CSAM and not child else words
