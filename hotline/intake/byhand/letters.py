"""The words that go with a receipt on paper, in the language and script of whoever reported."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from clicksafely.common.script import to_latin

LATIN = "sr-latn"
# As browsers and screen readers know them (BCP 47).
TAGS = {"sr": "sr-Cyrl", LATIN: "sr-Latn", "en": "en"}


@dataclass(frozen=True)
class Letter:
    """`tag` is the language's BCP 47 tag; `before` and `after` stand around the receipt, `address` is where it is entered."""

    tag: str
    before: str
    after: str
    address: str


def letter(*, language: str, site: str) -> Letter:
    """The words for a code of LANGUAGES; `site` is the address of the public site."""
    with override("en" if language == "en" else "sr"):
        before = _(
            "Thank you for your report to Net Patrola. This is your code, the only key to it. Keep it where only you find it:"
        )
        after = _("With it you read what became of your report, and write to us, at this address:")
    if language == LATIN:
        before, after = to_latin(before), to_latin(after)
    return Letter(TAGS[language], before, after, f"{site.rstrip('/')}/{language}/report/status/")
