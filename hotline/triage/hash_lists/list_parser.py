"""Streaming parser of hash list files: one hash per line, or CSV with a header line."""

import base64
import binascii
import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from hotline.models import Algorithm, ListLayout
from hotline.models.hash_lists import DIGEST_BYTES

# A CSV row with four hashes and a few other columns.
MAX_LINE_LENGTH = 4096
BATCH_ROWS = 100_000
SHOWN_PROBLEMS = 20

COLUMNS = {
    ListLayout.MD5.value: Algorithm.MD5,
    ListLayout.SHA1.value: Algorithm.SHA1,
    ListLayout.SHA256.value: Algorithm.SHA256,
    ListLayout.PDQ.value: Algorithm.PDQ,
}
# Column names without hyphens, underscores and spaces.
_SPELLED = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "pdq": "pdq", "pdqhash": "pdq"}

Row = tuple[Algorithm, bytes]


class FileProblem(StrEnum):
    """A problem of a file or of one of its lines."""

    LENGTH = "length"
    CHARACTERS = "characters"
    LONG_LINE = "long_line"
    NO_HASH = "no_hash"
    BROKEN_ROW = "broken_row"
    # Problems of the whole file.
    BINARY = "binary"
    EMPTY = "empty"
    NO_COLUMN = "no_column"
    TWICE = "twice"
    # Problems of our storage.
    LOST = "lost"
    DISK_FULL = "no_room"


class UnusableFile(Exception):
    """The file cannot be read. `line` is 0 for the whole file."""

    def __init__(self, problem: FileProblem, line: int = 0) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


@dataclass
class ProblemLog:
    """The first `SHOWN_PROBLEMS` problems as (line from 1, problem), and the total number."""

    problems: list[tuple[int, FileProblem]] = field(default_factory=list)
    problem_count: int = 0

    def add(self, line: int, problem: FileProblem) -> None:
        """Count a problem, and store it if it is among the first."""
        self.problem_count += 1
        if len(self.problems) < SHOWN_PROBLEMS:
            self.problems.append((line, problem))


@dataclass(frozen=True)
class Batch:
    """Up to about `BATCH_ROWS` digests in file order, and the number of bytes read so far."""

    rows: list[Row]
    done_bytes: int


def read_list(path: Path, layout: str, findings: ProblemLog) -> Iterator[Batch]:
    """Yield the digests of a list's file. Problems of single lines are added to `findings`.

    Digests are in hexadecimal, upper or lower case, or in base64. Empty lines and other CSV columns are skipped. Raises
    UnusableFile, OSError.
    """
    with path.open("rb") as file:
        lines = _Lines(file)
        rows = _csv_rows(lines, findings) if layout == ListLayout.CSV else _plain_rows(lines, COLUMNS[layout], findings)
        batch: list[Row] = []
        found = False
        for row in rows:
            batch.append(row)
            if len(batch) >= BATCH_ROWS:
                found = True
                yield Batch(batch, lines.done_bytes)
                batch = []
        if not found and not batch and not findings.problem_count:
            raise UnusableFile(FileProblem.EMPTY)
        yield Batch(batch, lines.done_bytes)


def decode(text: str, size: int) -> bytes:
    """Decode a digest of `size` bytes from hexadecimal or base64. Raises ValueError with a FileProblem."""
    if len(text) == size * 2:
        try:
            decoded = bytes.fromhex(text)
        except ValueError as error:
            raise ValueError(FileProblem.CHARACTERS) from error
    elif len(text) == (size + 2) // 3 * 4:
        try:
            decoded = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError(FileProblem.CHARACTERS) from error
    else:
        raise ValueError(FileProblem.LENGTH)
    # Both decoders accept ignorable characters, such as spaces or missing padding.
    if len(decoded) != size:
        raise ValueError(FileProblem.LENGTH)
    return decoded


class _Lines:
    """The decoded lines of a file. `number` is the last line's, from 1. Raises UnusableFile for binary data."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0
        self.done_bytes = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(MAX_LINE_LENGTH + 1):
            self.number += 1
            self.done_bytes += len(line)
            if self.number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            if b"\0" in line:
                raise UnusableFile(FileProblem.BINARY, self.number)
            if len(line) > MAX_LINE_LENGTH:
                raise UnusableFile(FileProblem.LONG_LINE, self.number)
            try:
                yield line.decode()
            except UnicodeDecodeError as error:
                raise UnusableFile(FileProblem.BINARY, self.number) from error


def _plain_rows(lines: _Lines, algorithm: Algorithm, findings: ProblemLog) -> Iterator[Row]:
    size = DIGEST_BYTES[algorithm]
    for line in lines:
        text = line.strip()
        if not text:
            continue
        try:
            yield algorithm, decode(text, size)
        except ValueError as error:
            findings.add(lines.number, error.args[0])


def _csv_rows(lines: _Lines, findings: ProblemLog) -> Iterator[Row]:
    header = next(iter(lines), "")
    while header and not header.strip():
        header = next(iter(lines), "")
    if not header:
        raise UnusableFile(FileProblem.EMPTY)
    delimiter = max(",;\t", key=header.count)
    names = [_column(name) for name in next(csv.reader([header], delimiter=delimiter), [])]
    columns = [(place, COLUMNS[name], DIGEST_BYTES[COLUMNS[name]]) for place, name in enumerate(names) if name]
    if not columns:
        raise UnusableFile(FileProblem.NO_COLUMN, lines.number)
    if len({algorithm for _place, algorithm, _size in columns}) < len(columns):
        raise UnusableFile(FileProblem.TWICE, lines.number)
    report = findings.add
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            report(lines.number, FileProblem.BROKEN_ROW)
            continue
        if not any(map(str.strip, cells)):
            continue
        found = False
        for place, algorithm, size in columns:
            text = cells[place].strip() if place < len(cells) else ""
            if not text:
                continue
            found = True
            try:
                yield algorithm, decode(text, size)
            except ValueError as error:
                report(lines.number, error.args[0])
        if not found:
            report(lines.number, FileProblem.NO_HASH)


def _column(name: str) -> str:
    return _SPELLED.get(name.strip().lower().translate(_SIGNS), "")


_SIGNS = str.maketrans("", "", "-_ ")
