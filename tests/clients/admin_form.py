"""The fields of a page's forms, as a browser would send them."""

from html.parser import HTMLParser
from typing import Any

_NOT_SENT = {"submit", "button", "file", "image", "reset"}


class _FormReader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, Any] = {}
        self._name = ""
        self._is_text = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name = attributes.get("name") or ""
        if tag == "input" and name and attributes.get("type") not in _NOT_SENT:
            if attributes.get("type") not in {"checkbox", "radio"}:
                self._add(name, attributes.get("value") or "")
            elif "checked" in attributes:
                self._add(name, attributes.get("value") or "on")
        elif tag == "textarea":
            self._name, self._is_text = name, True
            self.fields[name] = ""
        elif tag == "select":
            self._name = name
        elif tag == "option" and "selected" in attributes:
            self._add(self._name, attributes.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser drops the first line break of a text area.
            self.fields[self._name] = self.fields[self._name].removeprefix("\n").removeprefix("\r\n")
            self._is_text = False

    def handle_data(self, data: str) -> None:
        if self._is_text:
            self.fields[self._name] += data

    def _add(self, name: str, value: str) -> None:
        if name in self.fields and name != "csrfmiddlewaretoken":
            before = self.fields[name]
            self.fields[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            self.fields[name] = value


def form_data(html: str, **changes: Any) -> dict[str, Any]:
    """Return the fields of the forms of a page, without buttons, files and empty forms of scripts, with `changes`."""
    return {name: value for name, value in _FormReader(html).fields.items() if "__prefix__" not in name} | changes
