"""Finds text in the wrong language or script: Latin words in Serbian Cyrillic, Cyrillic letters elsewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

# Names, formats and terms with Latin letters in Serbian text.
_LISTED = [line for line in (Path(__file__).parent / "names.txt").read_text().splitlines() if line and line[0] != "#"]
NAMES: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_LISTED, key=len, reverse=True)))})\b")
VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
SILENT: Final = frozenset({"script", "style", "code", "kbd", "samp", "pre", "textarea", "template"})
READ: Final = ("alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription")
DESCRIPTIONS: Final = frozenset({"description", "og:title", "og:description", "og:site_name", "author"})
CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]+")
# Addresses, file names, codes and numbers.
NO_WORD: Final = re.compile(
    r"\{\w+\}|\S*(?:[@/\\_#]|\w\.\w|\.[a-z0-9]{2,5}\b)\S*|\b(?=\w*\d)[\w-]+|\b[A-Z]+-[A-Z]+\b|%[A-Za-z]|[A-Z]{2,}(?:[+-]\w+)*"
)
LATIN: Final = re.compile(r"[A-Za-zČĆŽŠĐčćžšđ]{2,}(?:['’][a-z]+)?")


class _Reader(HTMLParser):
    """Collects text in the wrong language in `stray`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stray: list[str] = []
        self.language = ""
        # (tag, language, whether text is excluded) of the open elements.
        self._open: list[tuple[str, str, bool]] = []
        self._typed: list[str] = []
        self._whole: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        # Titles and attributes may contain user input that the page marks elsewhere.
        for text, language in self._whole:
            for typed in sorted(self._typed, key=len, reverse=True):
                text = text.replace(typed, " ")
            self._check(text, language)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        above = self._open[-1] if self._open else ("", "", False)
        language = values.get("lang", above[1])
        # Cited titles keep their language, and outside sr-Latn their script.
        cited = tag == "cite" and language != "sr-Latn"
        # Options that name records or languages keep their own language.
        value = values.get("value", "")
        record = tag == "option" and (value.isdigit() or value in {"sr", "sr-latn", "en"})
        # Cells of Django's lists and read-only fields contain values of records.
        css_class = values.get("class", "")
        record = record or css_class == "readonly" or (tag in {"td", "th"} and css_class.startswith("field-"))
        silent = above[2] or values.get("translate") == "no" or tag in SILENT or cited or record
        if tag == "html":
            self.language = language
        if not silent or (tag == "textarea" and not above[2] and values.get("translate") != "no"):
            self._whole += [(text, language) for text in self._read(tag, values)]
        if tag not in VOID:
            self._open.append((tag, language, silent))

    def _read(self, tag: str, values: dict[str, str]) -> list[str]:
        texts = [values[key] for key in READ if key in values]
        # The first button of a form, which the Enter key presses, is hidden.
        if tag == "input" and values.get("type") in {"submit", "button", "reset"} and "aria-hidden" not in values:
            texts.append(values.get("value", ""))
        if tag == "meta" and (values.get("name") or values.get("property")) in DESCRIPTIONS:
            texts.append(values.get("content", ""))
        return texts

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, *_rest in self._open):
            while self._open and self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._open:
            return
        tag, language, silent = self._open[-1]
        if silent:
            self._typed += [data.strip()] if data.strip() else []
        elif tag == "title":
            self._whole.append((data, language))
        else:
            self._check(data, language)

    def _check(self, text: str, language: str) -> None:
        if language.casefold() in {"sr", "sr-cyrl"}:
            wrong = LATIN.findall(NO_WORD.sub(" ", NAMES.sub(" ", text)))
        else:
            wrong = CYRILLIC.findall(text)
        if wrong:
            self.stray.append(f"{language}: {' '.join(wrong)[:60]} ... in: {' '.join(text.split())[:120]}")


def stray_words(html: str) -> list[str]:
    """Return a line for each text of a page whose language or script differs from that of its element."""
    return list(dict.fromkeys(_Reader(html).stray))


def language_tag(html: str) -> str:
    """Return the `lang` of a page."""
    return _Reader(html).language
