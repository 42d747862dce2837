"""What an editor is told about a text after saving it: nothing here stops a page, everything here makes it better."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from modeltranslation.translator import NotRegistered, translator

from awareness.publishing.models import Publication
from clicksafely.common.serbian.search_folding import fold

# Words that say nothing about where a link leads, folded.
_EMPTY_WORDS: Final = frozenset(
    {
        *(
            "ovde",
            "ovdje",
            "tu",
            "link",
            "veza",
            "klik",
            "klikni",
            "kliknite",
            "vise",
            "opsirnije",
            "detaljnije",
            "here",
            "more",
        ),
        *("klikni ovde", "kliknite ovde", "na ovom linku", "ovaj link", "ova veza", "procitaj vise", "procitajte vise"),
        *("click here", "this link", "read more", "learn more", "this page"),
    }
)
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True)
class EditorHint:
    """Something to mend: `where` names the field (or the part and the field), `what` says what is wrong."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class _Reader(HTMLParser):
    """Notes the levels of headings and the words of links."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.levels: list[int] = []
        self.empty_headings = 0
        self.links: list[tuple[str, str]] = []
        self._open: list[str] | None = None
        self._href = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        elif tag == "a":
            self._open, self._href = [], dict(attrs).get("href") or ""

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open is not None:
            self.links.append((" ".join("".join(self._open).split()), self._href))
            self._open = None


def html_hints(html: str, *, above: int) -> Iterator[str]:
    """What is wrong with a rich text that stands under a heading of the level `above`."""
    found = _Reader(html)
    before = above
    for level in found.levels:
        if level > before + 1:
            yield _("A heading of level %(level)d follows one of level %(before)d: one is left out.") % {
                "level": level,
                "before": before,
            }
        elif level <= above:
            yield _("A heading is as high as the one above the text: use a lower one.")
        before = level
    for words, href in found.links:
        if not href:
            yield _("The link “%(words)s” leads nowhere.") % {"words": words}
        if not words:
            yield _("A link has no words.")
        elif fold(words).strip(" .:!»«>") in _EMPTY_WORDS:
            yield _("The link “%(words)s” does not say where it leads.") % {"words": words}
        elif _ADDRESS.fullmatch(words):
            yield _("The link “%(words)s” is an address: write what is behind it.") % {"words": words}


def missing_english_hints(row: models.Model) -> Iterator[EditorHint]:
    """The fields that say something in Serbian and nothing in English."""
    for name in translated_fields(type(row)):
        if getattr(row, f"{name}_sr", None) and not getattr(row, f"{name}_en", None):
            yield EditorHint(label_of(row, name), _("The English text is missing."))


def rich_text_hints(row: models.Model, fields: tuple[str, ...], *, above: int) -> Iterator[EditorHint]:
    """What is wrong in these rich texts of a row, in each language."""
    for name in fields:
        for language in ("sr", "en"):
            for what in html_hints(getattr(row, f"{name}_{language}", None) or "", above=above):
                yield EditorHint(f"{label_of(row, name)} [{language}]", what)


def record_hints(record: Publication, *, rich_text: tuple[str, ...] = (), above: int = 2) -> list[EditorHint]:
    """What is wrong with the record's own fields."""
    return [*missing_english_hints(record), *rich_text_hints(record, rich_text, above=above)]


def translated_fields(model: type[models.Model]) -> list[str]:
    """The names of the fields that are written in both languages."""
    try:
        return list(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return []


def label_of(row: models.Model, name: str) -> str:
    """What a field is called."""
    return force_str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
