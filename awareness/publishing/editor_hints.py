"""Hints for editors about headings, links and missing translations. Hints do not block saving."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from modeltranslation.translator import NotRegistered, translator
from modeltranslation.utils import build_localized_verbose_name

from awareness.publishing.models import Publication
from clicksafely.common.rich_text import html_to_text
from clicksafely.common.serbian.search_folding import fold

# Link texts that do not describe the target, folded.
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
_WORD: Final = re.compile(r"[^\W\d_]+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+")


@dataclass(frozen=True)
class EditorHint:
    """A suggested improvement. `where` names the field, or the part and the field; `what` is the message."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class _Reader(HTMLParser):
    """Parser that collects heading levels and link texts."""

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
    """Yield hints for a rich text below a heading of level `above`."""
    found = _Reader(html)
    before = above
    for level in found.levels:
        if level > before + 1:
            yield _("A heading of level %(level)d follows a heading of level %(before)d. Do not skip a level.") % {
                "level": level,
                "before": before,
            }
        elif level <= above:
            yield _("A heading has the same level as the one above the text. Use a lower level.")
        before = level
    for words, href in found.links:
        if not href:
            yield _("The link “%(words)s” has no address.") % {"words": words}
        if not words:
            yield _("A link has no text.")
        elif fold(words).strip(" .:!»«>") in _EMPTY_WORDS:
            yield _("The link text “%(words)s” does not describe the page it opens.") % {"words": words}
        elif _ADDRESS.fullmatch(words):
            yield _("The link text “%(words)s” is an address. Describe the page instead.") % {"words": words}


def translation_hints(row: models.Model) -> Iterator[EditorHint]:
    """Yield a hint for each field without an English text, and for words with letters of both scripts."""
    for name in translated_fields(type(row)):
        if getattr(row, f"{name}_sr", None) and not getattr(row, f"{name}_en", None):
            yield EditorHint(label_of(row, name), _("The English text is missing."))
        for language in ("sr", "en"):
            for what in script_hints(html_to_text(getattr(row, f"{name}_{language}", None) or "")):
                yield EditorHint(str(build_localized_verbose_name(label_of(row, name), language)), what)


def script_hints(text: str) -> Iterator[str]:
    """Yield a hint for each word with letters of both scripts."""
    for word in mixed_script_words(text):
        yield _("The word “%(word)s” has Cyrillic and Latin letters. Type it again in one script.") % {"word": word}


def mixed_script_words(text: str) -> list[str]:
    """Return the distinct words with both Cyrillic and Latin letters, which are neither searched nor read aloud correctly."""
    return [word for word in dict.fromkeys(_WORD.findall(text)) if _CYRILLIC.search(word) and _LATIN.search(word)]


def rich_text_hints(row: models.Model, fields: tuple[str, ...], *, above: int) -> Iterator[EditorHint]:
    """Yield hints for these rich text fields of a row, in each language."""
    for name in fields:
        for language in ("sr", "en"):
            for what in html_hints(getattr(row, f"{name}_{language}", None) or "", above=above):
                yield EditorHint(str(build_localized_verbose_name(label_of(row, name), language)), what)


def record_hints(record: Publication, *, rich_text: tuple[str, ...] = (), above: int = 2) -> list[EditorHint]:
    """Return hints for the record's own fields."""
    return [*translation_hints(record), *rich_text_hints(record, rich_text, above=above)]


def translated_fields(model: type[models.Model]) -> list[str]:
    """Return the names of the translated fields."""
    try:
        return list(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return []


def label_of(row: models.Model, name: str) -> str:
    """Return the label of a field."""
    return force_str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
