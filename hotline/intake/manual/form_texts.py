"""Texts of the form for manual reports, and the spelling alphabets for receipts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

LABELS: dict[str, Words] = {
    "channel": _("How it came"),
    "came_in": _("When it came"),
    "language": _("Language of the reporter"),
    "category": _("What it is about"),
    "addresses": _("Address or addresses"),
    "app": _("App, network or game"),
    "handle": _("Profile, group or channel"),
    "what": _("What the reporter said"),
    "when_seen": _("When the reporter saw it"),
    "details": _("Anything else"),
    "danger_now": _("A child is in danger right now"),
    "about_me": _("It happened to the reporter"),
    "contact": _("E-mail or phone of the reporter"),
    "wants_answer": _("The reporter wants to be told when there is news"),
}

HELPS: dict[str, Words] = {
    "came_in": _("The hour is enough; at most 90 days ago."),
    "language": _("Answers are written in it."),
    "addresses": _("As they were told or written, also with other words around them."),
    "handle": _("For example @name, the name of the group, or the name in the game."),
    "what": _("In the reporter's own words as far as possible. No names of those who report."),
    "danger_now": _("Call the police first. Then enter the report, it goes to the front."),
    "contact": _("Only where the reporter wants to leave one."),
}

# The Latin letters of receipts. Serbian uses the spelling alphabet of Serbian radio amateurs, English that of the ICAO.
SPELLING: dict[str, Words] = {
    "A": pgettext_lazy("spelling", "Alfa"),
    "B": pgettext_lazy("spelling", "Bravo"),
    "C": pgettext_lazy("spelling", "Charlie"),
    "D": pgettext_lazy("spelling", "Delta"),
    "E": pgettext_lazy("spelling", "Echo"),
    "F": pgettext_lazy("spelling", "Foxtrot"),
    "G": pgettext_lazy("spelling", "Golf"),
    "H": pgettext_lazy("spelling", "Hotel"),
    "J": pgettext_lazy("spelling", "Juliett"),
    "K": pgettext_lazy("spelling", "Kilo"),
    "M": pgettext_lazy("spelling", "Mike"),
    "N": pgettext_lazy("spelling", "November"),
    "P": pgettext_lazy("spelling", "Papa"),
    "Q": pgettext_lazy("spelling", "Quebec"),
    "R": pgettext_lazy("spelling", "Romeo"),
    "S": pgettext_lazy("spelling", "Sierra"),
    "T": pgettext_lazy("spelling", "Tango"),
    "V": pgettext_lazy("spelling", "Victor"),
    "W": pgettext_lazy("spelling", "Whiskey"),
    "X": pgettext_lazy("spelling", "X-ray"),
    "Y": pgettext_lazy("spelling", "Yankee"),
    "Z": pgettext_lazy("spelling", "Zulu"),
}


def spell_out(group: str) -> list[tuple[str, Words]]:
    """Return the characters of a group, each with its code word. Digits have none."""
    return [(character, SPELLING.get(character, "")) for character in group]
