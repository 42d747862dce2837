"""Reads pages as browsers do (HTML5 tokens): forms, error messages, and injected content that is more than text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree, html

from tests.security.corpus import MARK

# Fields for typed text; others offer choices.
TYPED: Final = {
    "text", "textarea", "email", "url", "tel", "number", "date", "time", "datetime-local", "month", "search",
}  # fmt: skip
# Attributes that contain URLs or code.
_ACTING: Final = {
    "srcdoc", "style", "srcset", "background", "data", "ping", "poster", "formaction", "xlink:href", "attributename",
}  # fmt: skip
_ADDRESSES: Final = {"href", "src", "action", "formaction", "data", "xlink:href", "poster", "cite", "background"}
_RUNS: Final = re.compile(
    r"[\x00-\x20]*(?:j[\s]*a[\s]*v[\s]*a|vb)[\s]*script[\s]*:|[\x00-\x20]*data:text", re.IGNORECASE
)
# Attributes that are read out or typed; code in them is text.
_TEXT_ATTRIBUTES: Final = {"value", "title", "alt", "content", "aria-label", "placeholder", "label"}
# Elements without user input: their attributes are active.
_FOREIGN: Final = {"script", "style", "iframe", "object", "embed", "base", "link", "svg", "math", "form", "frame"}


@dataclass
class Field:
    """One field of a form as offered by the page."""

    name: str
    kind: str
    value: str = ""
    checked: bool = False
    required: bool = False
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form with its target, method and fields."""

    action: str
    method: str
    fields: list[Field]
    buttons: list[tuple[str, str]]

    def typed(self) -> list[Field]:
        """Return the fields for typed text."""
        return [each for each in self.fields if each.kind in TYPED]

    def signature(self) -> tuple[str, ...]:
        """Identifies the form: the names of its fields, without row numbers."""
        return (re.sub(r"\d+", "0", self.action), *sorted({re.sub(r"\d+", "0", each.name) for each in self.fields}))

    def filled(self) -> dict[str, Any]:
        """Return the data that a browser would send, with simple values for empty required fields."""
        data: dict[str, Any] = {}
        for each in self.fields:
            if each.kind in {"checkbox", "radio"}:
                if each.checked or (each.required and each.name not in data):
                    data.setdefault(each.name, []).append(each.value)
            elif each.kind == "select":
                if each.value or (each.required and any(each.choices)):
                    data[each.name] = each.value or next(filter(None, each.choices))
            elif each.kind != "file":
                data[each.name] = (
                    each.value or KNOWN.get(each.name) or (SIMPLE.get(each.kind, "") if each.required else "")
                )
        for name, value in self.buttons[:1]:
            if name:
                data[name] = value
        return data


# Values that are not arbitrary: an existing town, a number of participants.
KNOWN: Final = {
    "town": "Ниш", "addresses": "https://primer.example.org/a", "email": "a@example.org", "phone": "018 555 333", "grade": "5",
    "pupils": "20",
    "adults": "1",
}  # fmt: skip
SIMPLE: Final = {
    "text": "x", "textarea": "x", "email": "a@example.org", "url": "https://example.org/", "tel": "+381 11 1234567",
    "number": "1", "date": "2026-01-02", "time": "10:00", "datetime-local": "2026-01-02T10:00", "month": "2026-01",
    "search": "x",
}  # fmt: skip


class Page:
    """A page of a response."""

    def __init__(self, text: str) -> None:
        # A NUL byte would end the text for the parser below; browsers replace it with U+FFFD.
        self.text = text.replace("\x00", "\ufffd")
        self.root = html.document_fromstring(
            self.text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True)
        )

    def forms(self) -> list[Form]:
        """Return all forms."""
        return [_form(each) for each in self.root.iter("form")]

    def wrong(self) -> dict[str, str]:
        """Return the name of each invalid field with its error message."""
        messages = {}
        for each in self.root.iterfind(".//*[@aria-invalid='true']"):
            ids = (each.get("aria-describedby") or "").split()
            words = [_words(found) for one in ids if (found := self.root.find(f".//*[@id='{one}']")) is not None]
            name = each.get("name") or ""
            if (
                not words
                and (element := self.root.find(f".//*[@id='id_{re.sub('_[01]$', '', name)}_error']")) is not None
            ):
                # A field in two parts, as named by Django.
                words = [_words(element)]
            messages[each.get("name") or (each.get("id") or "").removeprefix("id_")] = " ".join(words).strip()
        for each in self.root.iterfind(".//*[@class]"):
            classes = (each.get("class") or "").split()
            if {"errorlist", "invalid-feedback"} & set(classes) and (owner := _owner(each)):
                messages[owner] = f"{messages.get(owner, '')} {_words(each)}".strip()
        return messages

    def complains(self) -> bool:
        """Whether it says anywhere that something is wrong."""
        names = {
            "errornote", "errorlist", "error-summary", "alert-danger", "alert-warning", "invalid-feedback",
            "messagelist", "problem",
        }  # fmt: skip
        found = any(names & set((each.get("class") or "").split()) for each in self.root.iterfind(".//*[@class]"))
        # The bar of the staff site tells of waiting reports, not of this form.
        alerts = [each for each in self.root.iterfind(".//*[@role='alert']") if each.get("id") != "alert-lines"]
        return bool(found or self.wrong() or alerts)

    def values(self) -> dict[str, list[str]]:
        """What stands in the fields now."""
        found: dict[str, list[str]] = {}
        for form in self.forms():
            for each in form.fields:
                found.setdefault(each.name, []).append(each.value)
        return found

    def grown(self) -> list[str]:
        """What on it came out of a hostile text and is more than text."""
        # The readers below drop a second body; browsers give what it says to the first.
        again = re.findall(rf"<(?:body|html)\b[^<>]*{MARK}[^<>]*>", self.text)
        return [*_grown(self.root), *again]


def _form(form: Any) -> Form:
    fields: list[Field] = []
    buttons = []
    for each in form.iter("input", "textarea", "select", "button"):
        name, kind = each.get("name") or "", (each.get("type") or "text").lower()
        required = each.get("required") is not None or each.get("aria-required") == "true"
        if each.tag == "button" or kind in {"submit", "image"}:
            if kind not in {"button", "reset"} and each.get("formaction") is None:
                buttons.append((name, each.get("value") or ""))
        elif not name or "__prefix__" in name or each.get("disabled") is not None or kind in {"button", "reset"}:
            continue
        elif each.tag == "textarea":
            # The first line end after the tag is none.
            fields.append(Field(name, "textarea", each.text_content().removeprefix("\n"), required=required))
        elif each.tag == "select":
            choices = [option.get("value", option.text_content()) for option in each.iter("option")]
            chosen = [option.get("value", "") for option in each.iter("option") if option.get("selected") is not None]
            fields.append(Field(name, "select", chosen[0] if chosen else "", required=required, choices=choices))
        else:
            value = each.get("value") or ("on" if kind == "checkbox" else "")
            fields.append(Field(name, kind, value, each.get("checked") is not None, required))
    return Form(form.get("action") or "", (form.get("method") or "get").lower(), fields, buttons)


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def _owner(element: Any) -> str:
    """The field that an error stands beside: the first one in the nearest box that has any."""
    if match := re.fullmatch(r"id_(.+)_error(?:_\d+)?", element.get("id") or ""):
        return match[1]
    for box in list(element.iterancestors())[:4]:
        if found := [each.get("name") for each in box.iter("input", "textarea", "select") if each.get("name")]:
            return str(found[0]) if len(set(found)) <= 3 else ""
    return ""


def _grown(root: Any) -> Iterator[str]:
    for each in root.iter():
        if not isinstance(each.tag, str):
            if isinstance(each, etree._Comment) and MARK in (each.text or ""):
                yield f"a comment: {each.text!r}"
            continue
        tag = each.tag.lower()
        if MARK in tag:
            yield f"an element {tag}"
        if (
            tag in {"script", "style"}
            and MARK in (each.text or "")
            and ("json" not in (each.get("type") or "") or "<" in each.text)
        ):
            yield f"text of {tag}: {each.text[:200]!r}"
        for name, value in each.attrib.items():
            lowered = name.lower()
            if MARK in lowered:
                yield f"an attribute {name} of {tag}"
            elif MARK not in value:
                continue
            elif (
                lowered.startswith("on")
                or (value.startswith(f"{MARK}(") and lowered not in _TEXT_ATTRIBUTES)
                or lowered in _ACTING
                or (lowered == "content" and each.get("http-equiv"))
                or (
                    tag in _FOREIGN
                    and lowered in _ADDRESSES
                    and "canonical" not in (each.get("rel") or "")
                    and not _is_own(tag, value)
                )
                or (lowered in _ADDRESSES and _RUNS.match(value))
            ):
                yield f"{tag} {name}={value[:80]!r}"


def _is_own(tag: str, value: str) -> bool:
    """Addresses within the portal that carry what was typed in their query, as the other languages of a search do."""
    return tag in {"link", "form"} and bool(re.match(r"(?:https?://(?:testserver|localhost)[/:]|/(?!/)|\?)", value))
