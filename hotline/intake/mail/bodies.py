"""The texts of a message: decoded, made plain, put together so that nothing is said twice."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from clicksafely.common.mail.charsets import decode_text
from clicksafely.common.mail.headers import Headers, decode_value
from clicksafely.common.plaintext import visible
from hotline.intake.mail.finding import Finder
from hotline.intake.mail.html import read_html

LONGEST_TEXT = 200_000
# Of all sources together, in bytes: markup is long.
ROOM = 4_000_000
_MAX_TEXTS = 2_000

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_FOLD = re.compile(r"\n[ \t]")
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_PGP = "-----BEGIN PGP MESSAGE-----"
_SHOWN_HEADERS = ("From", "Reply-To", "To", "Cc", "Date", "Subject")


class Branch(NamedTuple):
    """Several branches of one alternative (where it is) say the same in different forms."""

    alternative: tuple[int, int]
    number: int


@dataclass(frozen=True)
class _Said:
    """`words` is `text` without the targets of links."""

    text: str
    words: str
    branch: Branch | None = None


@dataclass
class Bodies:
    """Takes the texts in their order; the addresses in them go to `finder`."""

    finder: Finder
    notes: dict[str, None]
    _said: list[_Said] = field(default_factory=list)
    _room: int = ROOM

    def add(
        self,
        data: bytes,
        *,
        subtype: str,
        parameters: dict[str, str],
        branch: Branch | None = None,
    ) -> None:
        """Take a text in the charset and format that `parameters` name, as part of `branch`."""
        if len(data) > self._room or len(self._said) >= _MAX_TEXTS:
            self.notes["text_cut"] = None
            data = data[: self._room] if len(self._said) < _MAX_TEXTS else b""
        self._room -= len(data)
        if not data:
            return
        charset = parameters.get("charset", "")
        if subtype in {"html", "xhtml+xml", "enriched", "richtext"}:
            declared = _META_CHARSET.search(data[:2000])
            page = read_html(self.decode(data, charset or (declared[1].decode() if declared else "")))
            text, words = plain(page.text), plain(page.words)
            for target in page.targets:
                self.finder.follow(target)
        else:
            text = plain(self.decode(data, charset))
            if subtype == "calendar":
                text = _FOLD.sub("", text)
            elif parameters.get("format", "").lower() == "flowed":
                text = unflow(text, delete_space=parameters.get("delsp", "").lower() == "yes")
            words = text
        if _PGP in text:
            self.notes["encrypted"] = None
        self.finder.search(words)
        self._said.append(_Said(text, words, branch))

    def add_headers(self, headers: Headers) -> None:
        """Take the header lines that a person reads of a message inside."""
        lines = [f"{name}: {headers.text(name.lower())[:1000]}" for name in _SHOWN_HEADERS if headers.all(name.lower())]
        if lines and len(self._said) < _MAX_TEXTS:
            self.finder.search(decode_value(headers.first("subject")))
            text = "\n".join(["-" * 10, *lines])
            self._said.append(_Said(text, text))

    def decode(self, data: bytes, charset: str) -> str:
        """The text of bytes; what was odd goes into the notes."""
        text, note = decode_text(data, charset)
        if note:
            self.notes[note] = None
        return text

    def text(self) -> str:
        """Everything that was said, at most LONGEST_TEXT characters."""
        repeated = self._repeated()
        text = "\n\n".join(said.text for said in self._said if said.text and said.branch not in repeated)
        if len(text) > LONGEST_TEXT:
            self.notes["text_cut"] = None
        return text[:LONGEST_TEXT].strip()

    def _repeated(self) -> set[Branch | None]:
        """The branches that say (nearly) nothing which an earlier one of their alternative has not said."""
        branches: dict[Branch, set[str]] = {}
        for said in self._said:
            if said.branch is not None:
                branches.setdefault(said.branch, set()).update(_WORD.findall(said.words))
        repeated: set[Branch | None] = set()
        heard: dict[tuple[int, int], set[str]] = {}
        for branch, words in branches.items():
            before = heard.setdefault(branch.alternative, set())
            if before and len(words - before) <= len(words) // 8:
                repeated.add(branch)
            before |= words
        return repeated


def plain(text: str) -> str:
    """`text` with line ends of one kind and without what is invisible, white space at its ends included."""
    return visible(_LINE_ENDS.sub("\n", text)).strip()


def unflow(text: str, *, delete_space: bool) -> str:
    """Lines that only the width of a window has parted, joined again (RFC 3676)."""
    lines: list[list[str]] = []
    flows_from = -1
    for raw in text.split("\n"):
        content = raw.lstrip(">")
        depth = len(raw) - len(content)
        content = content.removeprefix(" ")
        signature = content == "-- "
        if depth == flows_from and not signature:
            lines[-1].append(content)
        else:
            lines.append(["> " * depth + content])
        flows = content.endswith(" ") and not signature
        if flows and delete_space:
            lines[-1][-1] = lines[-1][-1][:-1]
        flows_from = depth if flows else -1
    return "\n".join("".join(line) for line in lines)
