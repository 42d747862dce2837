"""A page written in Serbian Cyrillic as the same page in Latin: only letters that people read are changed.

The page is read by the tokenization rules of the HTML standard (13.2.5): quotes count only after "=", `<` before
anything but a letter, `/`, `!` or `?` is text, comments end as the standard says, script, style, textarea and their
like hold no tags, and a tag that never ends is not shown, nor what follows it. A protected element ends where its own
end tag balances, which must therefore be written; where the markup is wrong, more stays as it was, never less.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from html.entities import html5
from typing import NamedTuple

from clicksafely.common.serbian.transliteration import LATIN_LETTERS, to_latin

_TEXT_ONLY = frozenset({"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"})
_VERBATIM = frozenset({"code", "kbd", "pre", "samp"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
# In a drawing a tag may close itself; HTML's own elements may not (13.1.2.1).
_DRAWING = frozenset(
    {"circle", "defs", "ellipse", "g", "image", "line", "marker", "mask", "path", "pattern", "polygon", "polyline"}
    | {"rect", "stop", "svg", "symbol", "text", "tspan", "use"}
)

_S = r"[ \t\n\f\r]"
_NAME = r"(?:=[^ \t\n\f\r/>=]*+|[^ \t\n\f\r/>=]++)"
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r"'>][^ \t\n\f\r>]*+|(?=>))"""
_ATTRIBUTE = re.compile(rf"({_NAME})(?:{_S}*+={_S}*+({_VALUE})|(?!{_S}*+=))")
_TAG = re.compile(
    rf"<(/?)([a-zA-Z][^ \t\n\f\r/>]*+)((?:[ \t\n\f\r/]++|{_NAME}(?:{_S}*+={_S}*+{_VALUE}|(?!{_S}*+=)))*+)>"
)
_COMMENT = re.compile(r"<!--(?:-?>|.*?--!?>|.*\Z)|<(?:[!?]|/(?![a-zA-Z]))[^>]*+(?:>|\Z)", re.DOTALL)

_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")

# A Cyrillic letter as itself or as a reference (perhaps to another alphabet's: that is looked at later).
_NUMBER_OR_NAME = r"\#[xX]?0*+[14]|[A-Za-z]{1,6}cy;"
_CYRILLIC = rf"(?:[\u0400-\u04FF]|&(?:{_NUMBER_OR_NAME}))"

# What most of a page is: text, and tags that protect nothing and hold no Cyrillic letter or reference to one. Such a
# run is converted in one go, because its tags come out as they were.
_DULL = re.compile(
    rf"""(?:
        [^<]++
      | <(?![a-zA-Z/!?]|{_CYRILLIC})
      | </[a-zA-Z][a-zA-Z0-9:-]*+{_S}*+>
      | <(?!(?i:{"|".join(sorted(_TEXT_ONLY | _VERBATIM))})[ \t\n\f\r/>])[a-zA-Z][a-zA-Z0-9:-]*+
        (?: [ \t\n\f\r/]++
          | (?!(?i:xml:)?+(?i:lang|translate)[ \t\n\f\r/>=])[a-zA-Z0-9_:@.-]++
            (?: ="(?: [^"&\u0400-\u04FF]++ | &(?!{_NUMBER_OR_NAME}) )*+"
              | ='(?: [^'&\u0400-\u04FF]++ | &(?!{_NUMBER_OR_NAME}) )*+'
              | =[a-zA-Z0-9_.:-]++(?=[ \t\n\f\r>])
              | (?!{_S}*+=)
            )
        )*+>
    )*+""",
    re.VERBOSE,
)

_READ = frozenset(
    # `data-label`: the head of a column, which narrow screens write before each cell.
    {"alt", "title", "placeholder", "data-label", "aria-label", "aria-description"}
    | {"aria-placeholder", "aria-roledescription", "aria-valuetext"}
)
_LABELLED = frozenset({"option", "optgroup", "track"})
_BUTTON_TYPES = frozenset({"button", "reset", "submit"})
_DESCRIPTIONS = frozenset({"apple-mobile-web-app-title", "application-name", "author", "description", "keywords"})
_SOCIAL = ("article:", "og:", "twitter:")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+|/\S*", re.IGNORECASE)
_SERBIAN = re.compile(r"sr(?:-(?:cyrl|latn))?((?:-[a-z0-9]{1,8})*)", re.IGNORECASE)

_NAMED = {name[:-1]: letter for name, letter in html5.items() if name.endswith("cy;") and letter in LATIN_LETTERS}
_REFERENCE = re.compile(r"&#(?:0*+(1\d{3})(?!\d)|[xX]0*+(4[0-9a-fA-F]{2})(?![0-9a-fA-F]));?|&([A-Za-z]{1,6}cy);")
# What means nothing before a Cyrillic letter would make a tag or a reference of a Latin one: <б, </сцрипт>, &лт;
_BARE_AMPERSAND = re.compile(f"&(?={_CYRILLIC})")
_BARE_LESS_THAN = re.compile(f"<(?=/?{_CYRILLIC})")
_JSON_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)"(\s*:)?', re.DOTALL)
_JSON_ESCAPE = re.compile(r"\\(?:u(04[0-9a-fA-F]{2})|.)", re.DOTALL)


def html_to_latin(html: str) -> str:
    """The page or fragment `html` with what is read in Serbian turned from Cyrillic to Latin.

    Converted: text; alt, title, placeholder, label, data-label and ARIA texts; values of buttons; meta
    descriptions; strings of JSON-LD; `lang="sr"` and `sr-Cyrl` become `sr-Latn`. Never: addresses, typed values, other
    attributes, comments, textarea, code, pre, kbd, samp, script, style, and whole subtrees that carry
    `translate="no"` or a `lang` that is not Serbian. Every byte that is not such a letter stays.
    """
    parts: list[str] = []
    position = 0
    while position < len(html):
        if (dull := _DULL.match(html, position)) and dull[0]:
            end = dull.end()
            parts.append(_letters(dull[0]))
        elif (tag := _TAG.match(html, position)) and not tag[1]:
            element, end = _element(html, tag)
            parts.append(element)
        elif not _MARKUP.match(html, position):
            end = position + 1
            parts.append("&lt;")
        else:
            end = _markup_end(html, position)
            parts.append(html[position:end])
        position = end
    return "".join(parts)


def _markup_end(html: str, position: int) -> int:
    """Where the tag or comment at `position` ends; the end of the page for one that never does."""
    match = _TAG.match(html, position) or _COMMENT.match(html, position)
    return match.end() if match else len(html)


def _letters(text: str) -> str:
    if "&" in text:
        text = _REFERENCE.sub(_referred_letter, _BARE_AMPERSAND.sub("&amp;", text))
    return to_latin(text)


def _referred_letter(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _NAMED.get(name, match[0])
    letter = chr(int(decimal) if decimal else int(hexadecimal, 16))
    return letter if letter in LATIN_LETTERS else match[0]


def _element(html: str, tag: re.Match[str]) -> tuple[str, int]:
    """Convert a start tag, and with it the content that is not ordinary markup; return it and where to go on."""
    start = _start_tag(tag[0])
    if start.protected:
        end = _subtree_end(html, tag)
        return html[tag.start() : end], end
    if start.name not in _TEXT_ONLY and start.name not in _VERBATIM:
        return start.latin, tag.end()
    end = _subtree_end(html, tag)
    text = html[tag.end() : end]
    if start.name == "title":
        text = _letters(_BARE_LESS_THAN.sub("&lt;", text))
    elif start.is_data:
        text = _JSON_STRING.sub(_json_string, text)
    return start.latin + text, end


class _StartTag(NamedTuple):
    """A start tag in Latin. `protected`: its whole element stays as it is; `is_data`: it holds JSON-LD."""

    name: str
    latin: str
    protected: bool
    is_data: bool


# The same tags stand on page after page, and reading one takes as long as converting a hundred words.
@lru_cache(maxsize=2048)
def _start_tag(written: str) -> _StartTag:
    tag = _TAG.match(written)
    assert tag is not None  # noqa: S101 - the caller has just read it
    name = tag[2].lower()
    attributes: dict[str, re.Match[str]] = {}
    for attribute in _ATTRIBUTE.finditer(written, tag.start(3), tag.end()):
        attributes.setdefault(attribute[1].lower(), attribute)  # of two of one name the first counts
    values = {key: _unquoted(attribute[2] or "") for key, attribute in attributes.items()}
    protected = values.get("translate", "").lower() == "no" or not all(
        _SERBIAN.fullmatch(values[key]) for key in ("lang", "xml:lang") if key in values
    )
    parts, copied = [], 0
    for key, attribute in attributes.items():
        if attribute[2] and (convert := _conversion(name, key, values)):
            parts += [written[copied : attribute.start(2)], convert(attribute[2])]
            copied = attribute.end(2)
    is_data = name == "script" and values.get("type", "").lower() == "application/ld+json"
    return _StartTag(name, "".join([*parts, written[copied:]]), protected, is_data)


def _unquoted(value: str) -> str:
    return value[1:-1] if value[:1] in ("'", '"') else value


def _conversion(element: str, attribute: str, values: dict[str, str]) -> Callable[[str], str] | None:
    """What to do with the value of one attribute: a function that converts it, or None to leave it."""
    if attribute in _READ or (attribute == "label" and element in _LABELLED):
        return _letters
    if attribute in ("lang", "xml:lang"):
        return _latin_language
    if attribute == "value" and (
        element == "button" or (element == "input" and values.get("type", "").lower() in _BUTTON_TYPES)
    ):
        return _letters
    if attribute == "content" and element == "meta" and not _ADDRESS.fullmatch(values["content"]):
        subject = (values.get("name") or values.get("property") or "").lower()
        return _letters if subject in _DESCRIPTIONS or subject.startswith(_SOCIAL) else None
    return None


def _latin_language(value: str) -> str:
    return _SERBIAN.sub(r"sr-Latn\1", value, count=1)


def _json_string(match: re.Match[str]) -> str:
    text, is_key = match.groups()
    if is_key or _ADDRESS.fullmatch(text):
        return match[0]
    text = _BARE_LESS_THAN.sub(r"\\u003c", _JSON_ESCAPE.sub(_escaped_letter, text))
    return f'"{to_latin(text)}"'


def _escaped_letter(match: re.Match[str]) -> str:
    letter = chr(int(match[1], 16)) if match[1] else ""
    return letter if letter in LATIN_LETTERS else match[0]


def _subtree_end(html: str, tag: re.Match[str]) -> int:
    """Where the element that `tag` opens is over: behind its end tag, before it for one that holds only text."""
    name, position, depth = tag[2].lower(), tag.end(), 1
    if name in _TEXT_ONLY:
        end_tag = re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE).search(html, position)
        return end_tag.start() if end_tag else len(html)
    if not _opens(tag):
        return position
    while markup := _MARKUP.search(html, position):
        position = _markup_end(html, markup.start())
        inner = _TAG.match(html, markup.start())
        if inner is None:
            continue
        inner_name = inner[2].lower()
        if inner_name == name:
            depth += -1 if inner[1] else _opens(inner)
            if depth == 0:
                return position
        elif inner_name in _TEXT_ONLY and not inner[1]:
            position = _subtree_end(html, inner)
    return len(html)


def _opens(tag: re.Match[str]) -> bool:
    name = tag[2].lower()
    return name not in _VOID and not (name in _DRAWING and tag[3].endswith("/"))
