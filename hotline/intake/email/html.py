"""HTML to text with link targets, in one linear pass (https://html.spec.whatwg.org, 13.2.5, simplified)."""

import re
from dataclasses import dataclass, field
from html import unescape

_OPENING = re.compile(r"<(?:(!--)|([a-zA-Z][^\s/>]*+)|/([a-zA-Z][^\s/>]*+)|[!?/])")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+))?""",
)
_TAG_END = re.compile(r"[\s/]*+>")
# Python refuses to convert very long numbers.
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}+;?|&#[xX][0-9a-fA-F]{7,}+;?")
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_IGNORED_IN_TARGETS = re.compile("[\t\r\n\x00]")
_MAX_SHOWN_LENGTH = 2000
_UNSAFE_IN_TEXT = {ord(character): f"%{ord(character):02X}" for character in ' "<>`^'}

_UNSEEN = frozenset({"script", "style", "title", "template", "noframes", "noembed"})
_LINE_TAGS = (
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr "
    "html legend li main nav ol option p pre section summary table tbody tfoot thead tr ul"
)
_LINES = frozenset(_LINE_TAGS.split())
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "p", "table", "ul", "ol"})
_TARGETS = {
    "a": "href", "area": "href", "form": "action", "iframe": "src", "frame": "src", "embed": "src", "object": "data", "video": "src",
    "audio": "src", "source": "src", "img": "src", "v:imagedata": "src", "v:roundrect": "href",
}  # fmt: skip
_NO_TARGET = re.compile(r"\s*(?:#|data:|cid:|mid:|about:|javascript:|vbscript:|mailto:|tel:|sms:|\Z)", re.IGNORECASE)
# Possessive quantifiers: backtracking over blanks would take cubic time.
_REFRESH = re.compile(r"\s*+[\d.]*+\s*+[;,]?+\s*+url\s*+=\s*+['\"]?+([^'\"]+)", re.IGNORECASE)


@dataclass
class HtmlText:
    """The text of a page: `words` without links, `text` with the `targets` of its links in <>."""

    text: str
    words: str
    targets: list[str]


def read_html(source: str) -> HtmlText:
    """Read an HTML document or fragment."""
    return _Reader(source).read()


@dataclass
class _Reader:
    source: str
    pieces: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    # Indexes of the pieces that are link targets.
    shown_targets: set[int] = field(default_factory=set)
    # The open link: its target, and the index of its first piece.
    link: tuple[str, int] | None = None
    preformatted: int = 0
    # End markers that do not occur in the rest of the source.
    missing: set[str] = field(default_factory=set)

    def read(self) -> HtmlText:
        position = 0
        while opening := _OPENING.search(self.source, position):
            self._say(self.source[position : opening.start()])
            position = self._markup(opening)
        self._say(self.source[position:])
        self._close_link()
        words = [piece for number, piece in enumerate(self.pieces) if number not in self.shown_targets]
        return HtmlText(_tidy("".join(self.pieces)), _tidy("".join(words)), self.targets)

    def _markup(self, opening: re.Match[str]) -> int:
        """Process one piece of markup. Returns the position after it."""
        comment, name, ending = opening.groups()
        if comment:
            # "<!-->" is a complete comment.
            return max(opening.end(), self._find("-->", opening.end() - 2)[1])
        if name:
            return self._tag(name.lower(), opening.end())
        self._break(ending.lower() if ending else "", closes=True)
        return self._find(">", opening.end())[1]

    def _tag(self, name: str, start: int) -> int:
        attributes: dict[str, str] = {}
        position = start
        while attribute := _ATTRIBUTE.match(self.source, position):
            attributes.setdefault(attribute[1].lower(), attribute[2] or "")
            position = attribute.end()
        end = _TAG_END.match(self.source, position)
        if end is None:
            self._say(self.source[start:])
        position = end.end() if end else len(self.source)
        self._break(name)
        self._follow(name, {key: _value(raw) for key, raw in attributes.items()})
        return self._find(f"</{name}", position)[0] if name in _UNSEEN else position

    def _find(self, end: str, position: int) -> tuple[int, int]:
        """Return start and end of the next `end`.

        If there is none, return `position` twice, so that the rest is read.
        """
        if end in self.missing:
            return position, position
        found = re.compile(re.escape(end), re.IGNORECASE).search(self.source, position)
        if found is None:
            self.missing.add(end)
            return position, position
        return found.span()

    def _break(self, name: str, *, closes: bool = False) -> None:
        if name == "a":
            self._close_link()
        elif name in _PARAGRAPHS:
            self.pieces.append("\n\n")
        elif name in _LINES:
            self.pieces.append("\n- " if name == "li" and not closes else "\n")
        elif name in {"td", "th"} and closes:
            self.pieces.append("  ")
        if name in {"pre", "textarea"}:
            self.preformatted = 0 if closes else 1

    def _follow(self, name: str, attributes: dict[str, str]) -> None:
        if name == "meta":
            refresh = _REFRESH.match(attributes.get("content", ""))
            target = refresh[1] if refresh else ""
        else:
            target = attributes.get(_TARGETS.get(name, ""), "")
        target = _IGNORED_IN_TARGETS.sub("", target).strip()
        if name == "img" and attributes.get("alt"):
            self.pieces.append(f"[{attributes['alt']}]")
        if _NO_TARGET.match(target) or (name == "img" and _is_dot(attributes)):
            return
        elif name == "a":
            self.targets.append(target)
            self.link = target, len(self.pieces)
        else:
            self.targets.append(target)
            self._show(target)

    def _close_link(self) -> None:
        if self.link is None:
            return
        target, start = self.link
        self.link = None
        words = _SPACES.sub("", "".join(self.pieces[start:]))
        if words.rstrip("/") != target.rstrip("/"):
            self._show(target)

    def _show(self, target: str) -> None:
        self.shown_targets.add(len(self.pieces))
        self.pieces.append(f" <{target[:_MAX_SHOWN_LENGTH].translate(_UNSAFE_IN_TEXT)}> ")

    def _say(self, raw: str) -> None:
        words = _unescape(raw)
        self.pieces.append(words if self.preformatted else _SPACES.sub(" ", words))


def _value(raw: str) -> str:
    quoted = raw[:1] in {'"', "'"} and raw[-1:] == raw[:1] and len(raw) > 1
    return _unescape(raw[1:-1] if quoted else raw)


def _unescape(raw: str) -> str:
    return unescape(_LONG_NUMBER.sub("\ufffd", raw)) if "&" in raw else raw


def _is_dot(attributes: dict[str, str]) -> bool:
    """Return whether an image is a tracking pixel."""
    return any(attributes.get(side, "").strip() in {"0", "1", "1px", "0px"} for side in ("width", "height"))


def _tidy(text: str) -> str:
    # Bounded quantifiers: unbounded ones would take quadratic time in the next step.
    text = re.sub(r"[ \t]{3,}", "  ", text)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]{0,2}\n[ \t]{0,2}", "\n", text)).strip()
