"""Texts of the form for manual reports, and the spelling alphabets for receipts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

LABELS: dict[str, Words] = {
    "channel": _("Received by"),
    "received_on": _("Received on"),
    "language": _("Language of the reporter"),
    "category": _("Category"),
    "addresses": _("Addresses"),
    "app": _("App, network or game"),
    "handle": _("Profile, group or channel"),
    "what": _("Report text"),
    "when_seen": _("When the reporter saw it"),
    "details": _("Anything else"),
    "danger_now": _("A child is in danger right now"),
    "about_me": _("It happened to the reporter"),
    "contact": _("E-mail or phone of the reporter"),
    "wants_answer": _("The reporter wants to be notified of news"),
}

HELPS: dict[str, Words] = {
    "received_on": _("The hour is enough. At most 90 days ago."),
    "language": _("We write our answers in this language."),
    "addresses": _("As spoken or written. Surrounding text is fine."),
    "handle": _("For example @name, the name of the group, or the name in the game."),
    "what": _("Use the reporter's own words where possible. Do not include the reporter's name."),
    "danger_now": _("Call the police first. Then enter the report. It gets priority."),
    "contact": _("Only if the reporter wants to leave one."),
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
