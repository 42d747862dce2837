"""Converts HTML in Serbian Cyrillic to Latin; changes only letters that people read."""

import re
from collections.abc import Callable
from html.entities import html5
from typing import NamedTuple

from clicksafely.common.serbian.transliteration import LATIN_LETTERS, to_latin

_TEXT_ONLY = frozenset({"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"})
_VERBATIM = frozenset({"code", "kbd", "pre", "samp"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
# SVG elements may be self-closing; HTML elements may not (13.1.2.1).
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

# A Cyrillic letter, literally or as a character reference (other alphabets are excluded later).
_NUMBER_OR_NAME = r"\#[xX]?0*+[14]|[A-Za-z]{1,6}cy;"
_CYRILLIC = rf"(?:[\u0400-\u04FF]|&(?:{_NUMBER_OR_NAME}))"

# The bulk of a page: text, and tags that protect nothing and contain no Cyrillic letter or reference to one. Such a run is converted at
# once, because its tags do not change.
_PLAIN_RUN = re.compile(
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
    # `data-label`: the column head, shown before each cell on narrow screens. The other data are texts for scripts.
    {"alt", "title", "placeholder", "data-label", "aria-label", "aria-description"}
    | {"aria-placeholder", "aria-roledescription", "aria-valuetext"}
    | {
        "data-order",
        "data-failed",
        "data-inline-formset",
        "data-connection-lost",
        "data-passkey-failed",
        "data-text-copied",
    }
)
_LABELLED = frozenset({"option", "optgroup", "track"})
_BUTTON_TYPES = frozenset({"button", "reset", "submit"})
_DESCRIPTIONS = frozenset({"apple-mobile-web-app-title", "application-name", "author", "description", "keywords"})
_SOCIAL = ("article:", "og:", "twitter:")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S+|/\S*", re.IGNORECASE)
_SERBIAN = re.compile(r"sr(?:-(?:cyrl|latn))?((?:-[a-z0-9]{1,8})*)", re.IGNORECASE)

_NAMED = {name[:-1]: letter for name, letter in html5.items() if name.endswith("cy;") and letter in LATIN_LETTERS}
_REFERENCE = re.compile(r"&#(?:0*+(1\d{3})(?!\d)|[xX]0*+(4[0-9a-fA-F]{2})(?![0-9a-fA-F]));?|&([A-Za-z]{1,6}cy);")
# Harmless before a Cyrillic letter, but a tag or a reference before a Latin one: <б, </сцрипт>, &лт;
_BARE_AMPERSAND = re.compile(f"&(?={_CYRILLIC})")
_BARE_LESS_THAN = re.compile(f"<(?=/?{_CYRILLIC})")
_JSON_STRING = re.compile(r'"((?:[^"\\]++|\\.)*+)"(\s*:)?', re.DOTALL)
_JSON_ESCAPE = re.compile(r"\\(?:u(04[0-9a-fA-F]{2})|.)", re.DOTALL)


def html_to_latin(html: str) -> str:
    """Return the page or fragment `html` with its readable Serbian Cyrillic converted to Latin.

    These are converted:

    - text;
    - alt, title, placeholder and label attributes;
    - texts of ARIA and of data for scripts;
    - the words of `input` buttons;
    - meta descriptions, and strings of JSON-LD.

    The attributes `lang="sr"` and `sr-Cyrl` become `sr-Latn`. These are never converted:

    - URLs, e-mail addresses, and words with letters that Serbian does not have;
    - typed and submitted values, other attributes, and comments;
    - textarea, code, pre, kbd, samp, script and style;
    - subtrees with `translate="no"` or a `lang` other than Serbian.

    All other bytes stay unchanged.

    The tokenization rules are those of the HTML standard (13.2.5). Quotes count only after "=". `<` before anything but
    a letter, `/`, `!` or `?` is text. Comments end as the standard says. Script, style, textarea and similar elements
    hold no tags. An unclosed tag hides the rest of the page. A protected element ends at its balanced end tag, which
    must therefore be written. Malformed markup may leave more text unconverted, never less.
    """
    parts: list[str] = []
    position = 0
    while position < len(html):
        if (plain := _PLAIN_RUN.match(html, position)) and plain[0]:
            end = plain.end()
            parts.append(_convert_text(plain[0]))
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
    """Return the end of the tag or comment at `position`; the end of the page if it is unclosed."""
    match = _TAG.match(html, position) or _COMMENT.match(html, position)
    return match.end() if match else len(html)


def _convert_text(text: str) -> str:
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
    """Convert a start tag and any special content that follows; return it and the next position."""
    start = _start_tag(tag[0])
    if start.protected:
        end = _subtree_end(html, tag)
        return html[tag.start() : end], end
    if start.name not in _TEXT_ONLY and start.name not in _VERBATIM:
        return start.latin, tag.end()
    end = _subtree_end(html, tag)
    text = html[tag.end() : end]
    if start.name == "title":
        text = _convert_text(_BARE_LESS_THAN.sub("&lt;", text))
    elif start.is_data:
        text = _JSON_STRING.sub(_json_string, text)
    return start.latin + text, end


class _StartTag(NamedTuple):
    """A start tag in Latin. `protected`: its element is not converted; `is_data`: it contains JSON-LD."""

    name: str
    latin: str
    protected: bool
    is_data: bool


# Not cached, because an attribute may hold a text that a person typed.
def _start_tag(written: str) -> _StartTag:
    tag = _TAG.match(written)
    assert tag is not None  # noqa: S101 - the caller has just read it
    name = tag[2].lower()
    attributes: dict[str, re.Match[str]] = {}
    for attribute in _ATTRIBUTE.finditer(written, tag.start(3), tag.end()):
        attributes.setdefault(attribute[1].lower(), attribute)  # the first of duplicate attributes counts
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
    """Return the conversion of an attribute's value, or None to leave it."""
    if attribute in _READ or (attribute == "label" and element in _LABELLED):
        return _convert_text
    if attribute in ("lang", "xml:lang"):
        return _latin_language
    # Shown on the button. The value of an element `button` is only submitted.
    if attribute == "value" and element == "input" and values.get("type", "").lower() in _BUTTON_TYPES:
        return _convert_text
    if attribute == "content" and element == "meta" and not _ADDRESS.fullmatch(values["content"]):
        subject = (values.get("name") or values.get("property") or "").lower()
        return _convert_text if subject in _DESCRIPTIONS or subject.startswith(_SOCIAL) else None
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
    """Return the end of the element opened by `tag`: after its end tag, or before it for raw text elements."""
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
