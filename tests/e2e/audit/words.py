"""What is read on a page in the wrong language or script: Latin words in Serbian Cyrillic, Cyrillic letters anywhere else."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

# Names, formats and terms that are written in Latin letters in Serbian too.
_LISTED = [line for line in (Path(__file__).parent / "names.txt").read_text().splitlines() if line and line[0] != "#"]
NAMES: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_LISTED, key=len, reverse=True)))})\b")
VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
SILENT: Final = frozenset({"script", "style", "code", "kbd", "samp", "pre", "textarea", "template"})
READ: Final = ("alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription")
DESCRIPTIONS: Final = frozenset({"description", "og:title", "og:description", "og:site_name", "author"})
CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]+")
# Addresses, names of files, codes and numbers are no words.
NO_WORD: Final = re.compile(
    r"\{\w+\}|\S*(?:[@/\\_#]|\w\.\w|\.[a-z0-9]{2,5}\b)\S*|\b(?=\w*\d)[\w-]+|\b[A-Z]+-[A-Z]+\b|%[A-Za-z]|[A-Z]{2,}(?:[+-]\w+)*"
)
LATIN: Final = re.compile(r"[A-Za-zČĆŽŠĐčćžšđ]{2,}(?:['’][a-z]+)?")


class _Reader(HTMLParser):
    """`stray` holds what is read in the wrong language."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stray: list[str] = []
        self.language = ""
        # Of what is open: (tag, its language, whether it is kept from translation).
        self._open: list[tuple[str, str, bool]] = []
        self._typed: list[str] = []
        self._whole: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        # Titles and attributes cannot mark their parts: what the page marks as typed may stand in them.
        for text, language in self._whole:
            for typed in sorted(self._typed, key=len, reverse=True):
                text = text.replace(typed, " ")
            self._look(text, language)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        above = self._open[-1] if self._open else ("", "", False)
        language = values.get("lang", above[1])
        # What is cited keeps the words, and in English the letters, of its title.
        cited = tag == "cite" and language != "sr-Latn"
        # A choice among records is called what somebody called the record, one among languages what each calls itself.
        value = values.get("value", "")
        record = tag == "option" and (value.isdigit() or value in {"sr", "sr-latn", "en"})
        # Cells of Django's lists and its read-only fields hold values of records: names of accounts, titles in the language of the content.
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
        if tag == "input" and values.get("type") in {"submit", "button", "reset"}:
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
            self._look(data, language)

    def _look(self, text: str, language: str) -> None:
        if language.casefold() in {"sr", "sr-cyrl"}:
            wrong = LATIN.findall(NO_WORD.sub(" ", NAMES.sub(" ", text)))
        else:
            wrong = CYRILLIC.findall(text)
        if wrong:
            self.stray.append(f"{language}: {' '.join(wrong)[:60]} ... in: {' '.join(text.split())[:120]}")


def stray_words(html: str) -> list[str]:
    """One line for every text of the page `html` that is in another language or script than its element says it is."""
    return list(dict.fromkeys(_Reader(html).stray))


def language_tag(html: str) -> str:
    """What the page says that it is written in."""
    return _Reader(html).language
