"""Finds the parts of a message (RFC 2046) in one pass over its bytes."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from clicksafely.common.mail.headers import Headers, one_line, read_headers, split_parameters

# Far above the number in real messages; further parts are only counted.
MAX_PARTS = 20_000

_DELIMITER = re.compile(rb"(?m)^--([^\n]{0,300})")
_MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
_KIND = re.compile(r"[a-z0-9][\w.!#$&^+-]{0,38}/[a-z0-9][\w.!#$&^+-]{0,38}", re.ASCII)
_PLAIN = frozenset({"", "7bit", "8bit", "binary"})
_FIRST_LINE_END = re.compile(rb"\r\n?|\n")
_BARE_CR = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True, kw_only=True)
class MimePart:
    """A leaf: `start` to `end` of `data`. Or an enclosed message, yielded twice: where it `opens`, and at its end, complete.

    `kind` is the declared media type, `encoding` the declared transfer encoding. `level` counts the enclosing messages. `alternative` is
    the start in `data` of the outermost multipart/alternative of its message, -1 without one; `branch` counts its branches. `undivided`
    is the content of a multipart whose parts cannot be found.
    """

    data: bytes
    start: int
    end: int
    headers: Headers
    kind: str
    parameters: dict[str, str]
    encoding: str
    level: int
    alternative: int = -1
    branch: int = 0
    opens: bool = False
    undivided: bool = False

    @property
    def is_message(self) -> bool:
        """Whether it is an enclosed message."""
        return self.kind in _MESSAGES

    @property
    def is_multipart(self) -> bool:
        """Whether it is a multipart without a transfer encoding."""
        return self.kind.startswith("multipart/") and self.encoding in _PLAIN

    @property
    def is_encoded_container(self) -> bool:
        """Whether it is a multipart with a transfer encoding, which the standard forbids and some programs use."""
        return self.encoding not in _PLAIN and (self.is_message or self.kind.startswith("multipart/"))

    def body(self) -> bytes:
        """Return its raw bytes."""
        return self.data[self.start : self.end]


@dataclass
class _Frame:
    """An open container: a multipart with its boundary, or a message. `outer` is the alternative that its parts belong to."""

    part: MimePart
    boundary: bytes | None
    level: int
    outer: "_Frame | None" = None
    branch: int = 0


class MimeWalker:
    """Iterate over it, once, to get the parts; afterwards `left_out` is the number of parts beyond MAX_PARTS.

    The cost is independent of the nesting. The parser of the standard library is recursive and fails at a few hundred
    nested parts. It also stores every line as an object. `headers` are used for `data` without a header. `level` counts
    the messages around `data`.
    """

    def __init__(self, data: bytes, *, headers: Headers | None = None, level: int = 0) -> None:
        self.left_out = 0
        self._data = data
        self._headers = headers
        self._level = level
        self._frames: list[_Frame] = []
        self._active: dict[bytes, list[int]] = {}

    def __iter__(self) -> Iterator[MimePart]:
        position = 0
        for _number in range(MAX_PARTS):
            part, position = self._open(position)
            if part.is_message and part.encoding in _PLAIN:
                yield replace(part, opens=True)
                self._push(part, None)
                continue
            boundary = _boundary(part)
            if boundary:
                self._push(part, boundary)
            position = yield from self._to_next_opening(part, position, frame=self._frames[-1] if boundary else None)
            if position < 0:
                return
        self.left_out = 1 + sum(not closes for _match, _index, closes in self._delimiters(position))

    def _open(self, position: int) -> tuple[MimePart, int]:
        headers, self._headers = self._headers, None
        if headers is None:
            headers, position = read_headers(self._data, position)
        frame = self._frames[-1] if self._frames else None
        outer = frame.outer if frame else None
        kind, parameters = split_parameters(headers.first("content-type"))
        if not _KIND.fullmatch(kind):
            digest = frame and frame.part.kind == "multipart/digest"
            kind = "message/rfc822" if digest and not kind else "text/plain"
        return MimePart(
            data=self._data,
            start=position,
            end=len(self._data),
            headers=headers,
            kind=kind,
            parameters=parameters,
            encoding=one_line(headers.first("content-transfer-encoding").decode("latin-1")).lower().rstrip(";"),
            level=frame.level if frame else self._level,
            alternative=outer.part.start if outer else -1,
            branch=outer.branch if outer else 0,
        ), position

    def _to_next_opening(self, part: MimePart, position: int, frame: _Frame | None) -> Generator[MimePart, None, int]:
        """Yield the parts that end before the next part opens; return its position, -1 at the end of the data.

        `frame` is that of `part` if it is a multipart: its preamble is not for readers (RFC 2046, 5.1.1).
        """
        waits = True
        for match, index, closes in self._delimiters(position):
            if waits and self._frames[index] is not frame:
                yield replace(part, end=self._end_before(match.start(), part.start), undivided=part.is_multipart)
            waits = False
            yield from self._cut(index, match.start())
            if not closes:
                self._frames[index].branch += 1
                return min(match.end() + 1, len(self._data))
        if waits:
            yield replace(part, undivided=part.is_multipart)
        yield from self._cut(-1, len(self._data))
        return -1

    def _delimiters(self, position: int) -> Iterator[tuple[re.Match[bytes], int, bool]]:
        """Yield delimiter lines of the currently open containers: the match, the container, and whether it is a closing delimiter."""
        for match in _DELIMITER.finditer(self._data, position):
            line = match[1].rstrip()
            for boundary, closes in ((line, False), (line.removesuffix(b"--"), True)):
                if indexes := self._active.get(boundary):
                    yield match, indexes[-1], closes
                    break

    def _push(self, part: MimePart, boundary: bytes | None) -> None:
        outer = self._frames[-1].outer if self._frames else None
        frame = _Frame(part, boundary, level=part.level + (boundary is None), outer=outer if boundary else None)
        if part.kind == "multipart/alternative" and not outer:
            frame.outer = frame
        if boundary:
            self._active.setdefault(boundary, []).append(len(self._frames))
        self._frames.append(frame)

    def _cut(self, index: int, position: int) -> Iterator[MimePart]:
        """Close the containers above `index`, and yield the messages among them."""
        while len(self._frames) > index + 1:
            frame = self._frames.pop()
            if frame.boundary:
                self._active[frame.boundary].pop()
            else:
                yield replace(frame.part, end=self._end_before(position, frame.part.start))

    def _end_before(self, delimiter: int, start: int) -> int:
        """Return the end of a body: the line end before a delimiter belongs to the delimiter."""
        if delimiter == len(self._data):
            return delimiter
        return max(start, delimiter - (2 if self._data[delimiter - 2 : delimiter] == b"\r\n" else 1))


def normalise_line_ends(raw: bytes) -> bytes:
    """Convert the line ends of a message that uses only CR, as old Macs did; return others unchanged."""
    ending = _FIRST_LINE_END.search(raw)
    return _BARE_CR.sub(b"\n", raw) if ending and ending[0] == b"\r" else raw


def _boundary(part: MimePart) -> bytes | None:
    if not part.is_multipart:
        return None
    return part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip() or None
