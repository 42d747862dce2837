"""Header fields of a message or part: found, unfolded, decoded (RFC 5322, 2047, 2231). Lenient, in linear time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote_to_bytes

from clicksafely.common.invisible_characters import strip_invisible
from clicksafely.common.mail.charsets import decode_text
from clicksafely.common.mail.transfer_encoding import decode_base64, decode_quoted_printable

MAX_LINES = 1000
MAX_VALUE_LENGTH = 20_000

# A name may not begin like a multipart boundary, which may contain a colon.
_LINE = re.compile(rb"(?!--)([!-9;-~]{1,300}+)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)(?:\n|\Z)")
# The line of an mbox file, but not a field with spaces before its colon.
_ENVELOPE_LINE = re.compile(rb">?From (?![ \t]*:)[^\n]*+(?:\n|\Z)")
_BLANK = re.compile(rb"\r?\n")
_LATER_END = re.compile(rb"(?<=\n)(?:\r?\n|(?=--))")
# Anchored at the end of the previous line, to avoid quadratic time for a header of line ends only.
_FOLD = re.compile(rb"(?<![\r\n])[\r\n]++(?=[ \t])")
_WORD = re.compile(rb"=\?([!->@-~]{1,60})\?([BbQq])\?([^?]*+)\?=")
# A name without a value is consumed whole, to avoid quadratic time.
_PARAMETER = re.compile(
    rb'[;\s]*+(?:([^\s=;"]++)(?:[ \t]*+=[ \t]*+("(?:\\.|[^"\\])*+(?:"|\\?\Z)|[^;]*+))?+)?+', re.DOTALL
)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Headers:
    """The fields in order, with unfolded raw values. `cut`: some were too many or too long; `broken`: they end in the middle of a field."""

    lines: tuple[tuple[str, bytes], ...]
    cut: bool = False
    broken: bool = False

    def all(self, name: str) -> list[bytes]:
        """Return the values of all fields of this name (lower case), topmost first."""
        return self._by_name.get(name, [])

    def first(self, name: str) -> bytes:
        """Return the value of the topmost field of this name (lower case), empty if there is none."""
        return next(iter(self.all(name)), b"")

    def text(self, name: str) -> str:
        """Return the topmost value decoded, on one line."""
        return decode_value(self.first(name))

    def decoded(self) -> Iterator[tuple[str, str]]:
        """Yield all fields decoded."""
        for name, value in self.lines:
            yield name, decode_value(value)

    @cached_property
    def _by_name(self) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = {}
        for name, value in self.lines:
            found.setdefault(name.lower(), []).append(value)
        return found


def read_headers(data: bytes, position: int = 0) -> tuple[Headers, int]:
    """Return the header fields that start at `position` of `data`, and the start of the body."""
    lines: list[tuple[str, bytes]] = []
    cut = False
    if envelope := _ENVELOPE_LINE.match(data, position):
        position = envelope.end()
    while len(lines) < MAX_LINES and (line := _LINE.match(data, position)):
        start, end = line.span(2)
        cut = cut or end - start > MAX_VALUE_LENGTH
        value = (
            _FOLD.sub(b"", data[start : min(end, start + MAX_VALUE_LENGTH)]).replace(b"\r", b" ").replace(b"\n", b" ")
        )
        lines.append((line[1].decode("ascii"), value.strip()))
        position = line.end()
    if blank := _BLANK.match(data, position):
        return Headers(tuple(lines), cut=cut), blank.end()
    if len(lines) < MAX_LINES:
        return Headers(tuple(lines), cut=cut, broken=position < len(data)), position
    later = _LATER_END.search(data, position)
    return Headers(tuple(lines), cut=True), later.end() if later else len(data)


def decode_value(value: bytes) -> str:
    """Decode a header value to one line: encoded words (RFC 2047) and 8-bit letters; never fails."""
    pieces: list[str] = []
    pending: list[bytes] = []
    charset, last = "", 0
    for word in _WORD.finditer(value):
        between = value[last : word.start()]
        its_charset = word[1].partition(b"*")[0].decode("ascii").lower()
        # Multibyte letters may be split between adjacent encoded words; the white space between those is ignored.
        if pending and (between.strip() or its_charset != charset):
            pieces.append(decode_text(b"".join(pending), charset)[0])
            pending.clear()
        if between.strip() or not last:
            pieces.append(decode_text(between)[0])
        pending.append(_decode_word(word[2], word[3]))
        charset, last = its_charset, word.end()
    if pending:
        pieces.append(decode_text(b"".join(pending), charset)[0])
    pieces.append(decode_text(value[last:])[0])
    return one_line("".join(pieces))


def one_line(text: str) -> str:
    """Return `text` without invisible characters, with white space collapsed."""
    return strip_invisible(_SPACES.sub(" ", text)).strip()


def _decode_word(encoding: bytes, data: bytes) -> bytes:
    if encoding in b"Bb":
        return decode_base64(data)[0]
    return decode_quoted_printable(data.replace(b"_", b" "))


def split_parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """Return the lower-case value and parameters of a field: `text/plain; charset=x` gives ("text/plain", {"charset": "x"}).

    Supports the continuations and charsets of RFC 2231.
    """
    kind, _, rest = value.partition(b";")
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for match in _PARAMETER.finditer(rest):
        if match[2] is None:
            continue
        name, raw = match[1].decode("latin-1").lower(), _unquote(match[2])
        base, *marks = name.split("*")
        if not marks:
            plain.setdefault(base, decode_value(raw))
            continue
        number = int(marks[0]) if marks[0].isascii() and marks[0].isdigit() and len(marks[0]) < 4 else 0
        extended.setdefault(base, {})[number] = raw, marks[-1] == ""
    return one_line(kind.decode("latin-1")).lower(), plain | {
        base: _join_sections(sections) for base, sections in extended.items()
    }


def _join_sections(sections: dict[int, tuple[bytes, bool]]) -> str:
    charset, joined = "", b""
    for number in sorted(sections):
        raw, encoded = sections[number]
        if encoded and number == 0 and raw.count(b"'") >= 2:
            label, _language, raw = raw.split(b"'", 2)
            charset = label.decode("latin-1")
        joined += unquote_to_bytes(raw) if encoded else raw
    return one_line(decode_text(joined, charset)[0])


def _unquote(raw: bytes) -> bytes:
    raw = raw.strip()
    if raw[:1] != b'"':
        return raw
    return re.sub(rb"\\(.)", rb"\1", raw[1:].removesuffix(b'"'), flags=re.DOTALL)
