"""Parses a page into elements and visible words."""

import re
from html.parser import HTMLParser

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "use",
    "path",
}


class PageReader(HTMLParser):
    """`elements`: (tag, attributes) in order; `words`: visible text, outside scripts and `translate="no"`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.script: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        silent = tag in {"script", "style"} or attributes.get("translate") == "no"
        if tag not in VOID:
            self._open.append((tag, silent or any(quiet for _tag, quiet in self._open)))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "script":
            self.script.append(data)
        elif not (self._open and self._open[-1][1]) and data.strip():
            self.words.append(data.strip())

    def all(self, tag: str, **expected: str) -> list[dict[str, str]]:
        """The attributes of every matching element."""
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and all(attributes.get(key.replace("_", "-")) == value for key, value in expected.items())
        ]

    def ids(self) -> list[str]:
        return [attributes["id"] for _tag, attributes in self.elements if "id" in attributes]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))
