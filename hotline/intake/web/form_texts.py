"""Texts of the report form, for adults who report content and for affected children."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.categories import Category, Text

LABELS: dict[str, Text] = {
    "addresses": _("Addresses"),
    "app": _("App, network or game"),
    "handle": _("Profile, group or channel"),
    "what": _("What can be seen there?"),
    "when_seen": _("When did you see it?"),
    "details": _("Anything else we should know"),
    "images": _("Screenshots"),
    "own_pictures": _("Codes of your own pictures"),
    "danger_now": _("A child is in danger right now"),
    "about_me": _("This happened to me"),
    "contact": _("E-mail or phone"),
    "wants_answer": _("Write to me when there is news"),
    "consent": _("I report in good faith and agree that Net Patrola may use my report to check the content and have it removed"),
}  # fmt: skip

CHILD_LABELS: dict[str, Text] = {
    "addresses": _("Paste the link here"),
    "app": _("In which app or game?"),
    "handle": _("Name of the profile or group"),
    "what": _("What happened?"),
    "when_seen": _("When was it?"),
    "details": _("Do you want to tell us anything else?"),
    "images": _("Your screenshots"),
    "own_pictures": _("Codes of your own pictures"),
    "danger_now": _("I am in danger right now"),
    "about_me": _("It is about me, not about a friend"),
    "contact": _("How can we reach you?"),
    "wants_answer": _("Tell me when there is news"),
    "consent": _("Net Patrola may read my report to help me"),
}

HELPS: dict[str, Text] = {
    "addresses": _(
        "Paste everything you have, even with other text around it. If you have no address, leave this empty."
    ),
    "handle": _("For example @name, the name of the group, or the name in the game."),
    "what": _("A few sentences: who does it, what they do and who is affected."),
    "details": _("How to find it, a page password, account names, what happened before."),
    "images": _(
        "Never screenshot or send a naked picture of a child, not even of yourself. Give us the address "
        "instead. Up to 5 pictures, 10 MB each: PNG, JPEG, WebP or GIF. We remove location and device data from them."
    ),
    "danger_now": _("Call one of the numbers on this page first: a call helps faster than a form. Then send the report. It gets priority."),
    "about_me": _("Then we handle the report with more care."),
    "contact": _("You can leave this empty to stay anonymous. You can still read our answer here with your code."),
    "wants_answer": _("A short message that does not mention the topic."),
}  # fmt: skip

CHILD_HELPS: dict[str, Text] = {
    "addresses": _("The link of the page, the picture or the profile. If you do not have one, leave this empty."),
    "handle": _("For example @name."),
    "what": _("Write it in your own way. There are no wrong words, and it is not your fault."),
    "details": _("Only if you want. You can also write to us later."),
    "images": _(
        "Never screenshot or send a naked picture, not even of yourself. Paste its link instead, and we will understand. Up to 5 pictures."
    ),
    "danger_now": _("Call one of the numbers on this page now, or tell an adult you trust. Then send this."),
    "contact": _("You can leave this empty. Think about other people who may use that phone or mailbox."),
    "wants_answer": _("A short message that does not mention the topic."),
}

# The headings of the folded parts of the form.
FOLDS: dict[str, Text] = {
    "where": _("It is in an app, a network or a game"),
    "more": _("Add details"),
    "pictures": _("Add pictures"),
    "answer": _("Get an answer by e-mail or phone"),
}

CHILD_FOLDS: dict[str, Text] = {
    "where": _("Add the link or the name of the app"),
    "more": pgettext_lazy("to a child", "Add details"),
    "pictures": pgettext_lazy("to a child", "Add pictures"),
    "answer": _("Tell us how to reach you"),
}

WHEN_SEEN: list[tuple[str, Text]] = [
    ("today", pgettext_lazy("when seen", "Today")),
    ("this-week", pgettext_lazy("when seen", "This week")),
    ("earlier", pgettext_lazy("when seen", "Earlier")),
    ("unknown", pgettext_lazy("when seen", "I do not know")),
]

APPS: list[tuple[str, Text]] = [
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

STEPS: list[Text] = [
    pgettext_lazy("step", "Category"),
    pgettext_lazy("step", "Describe"),
    pgettext_lazy("step", "Check and send"),
    pgettext_lazy("step", "Your code"),
]


def labels(*, child: bool) -> dict[str, Text]:
    """Return the labels by field name."""
    return CHILD_LABELS if child else LABELS


def folds(*, child: bool) -> dict[str, Text]:
    """Return the headings of the folded parts by name."""
    return CHILD_FOLDS if child else FOLDS


def helps(category: Category | None = None, *, child: bool) -> dict[str, Text]:
    """Return the help texts by field name, with those of the category."""
    if child:
        return CHILD_HELPS | dict(category.helps_child if category else {})
    return HELPS | dict(category.helps if category else {})
