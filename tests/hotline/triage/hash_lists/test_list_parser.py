"""Hash lists as they come: every spelling of a hash, and every way in which a file can be wrong."""

import base64
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.models import Algorithm
from hotline.triage.hash_lists import list_parser
from hotline.triage.hash_lists.list_parser import FileProblem, ProblemLog, UnusableFile, read_list
from tests.hotline.triage.hash_lists.lists import md5, sha256, written

ONE, TWO = md5("one"), md5("two")
SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "pdq": 32}


def read(tmp_path: Path, content: bytes, layout: str = "md5") -> tuple[list[tuple[int, bytes]], list[tuple[int, str]]]:
    path = tmp_path / "list"
    path.write_bytes(content)
    findings = ProblemLog()
    rows = [row for batch in read_list(path, layout, findings) for row in batch.rows]
    return [(int(algorithm), digest) for algorithm, digest in rows], [*findings.problems]


def unusable(tmp_path: Path, content: bytes, layout: str = "md5") -> tuple[str, int]:
    with pytest.raises(UnusableFile) as caught:
        read(tmp_path, content, layout)
    return caught.value.problem, caught.value.line


class TestOneALine:
    @pytest.mark.parametrize("layout", SIZES)
    @pytest.mark.parametrize("write", ["hex", "HEX", "base64"])
    def test_every_kind_in_every_spelling(self, tmp_path: Path, layout: str, write: str) -> None:
        digest = os.urandom(SIZES[layout])
        text = base64.b64encode(digest) if write == "base64" else digest.hex().encode()
        rows, problems = read(tmp_path, (text.upper() if write == "HEX" else text) + b"\n", layout)
        assert (rows, problems) == ([(list_parser.COLUMNS[layout].value, digest)], [])

    @pytest.mark.parametrize(
        "content",
        [
            b"%s\n%s",
            b"%s\r\n%s\r\n",
            b"\xef\xbb\xbf%s\n%s\n",
            b"\n\n  %s \t\n\n%s\n   \n",
        ],
        ids=["no end", "crlf", "bom", "gaps"],
    )
    def test_ends_of_lines_and_gaps(self, tmp_path: Path, content: bytes) -> None:
        rows, problems = read(tmp_path, content % (ONE.hex().encode(), TWO.hex().encode()))
        assert (rows, problems) == ([(1, ONE), (1, TWO)], [])

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("0" * 31, "length"),
            ("0" * 64, "length"),
            ("0" * 31 + "о", "characters"),
            ("A" * 23 + "!", "characters"),
            ("A" * 24, "length"),
            (f"{ONE.hex()},{TWO.hex()}", "length"),
            ("٠" * 32, "characters"),
        ],
    )
    def test_a_wrong_line_is_named_and_the_others_are_read(self, tmp_path: Path, line: str, problem: str) -> None:
        content = f"{ONE.hex()}\n\n{line}\n{TWO.hex()}\n".encode()
        rows, problems = read(tmp_path, content)
        assert (rows, problems) == ([(1, ONE), (1, TWO)], [(3, problem)])

    @pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf\n \r\n"])
    def test_no_hash_at_all(self, tmp_path: Path, content: bytes) -> None:
        assert unusable(tmp_path, content) == (FileProblem.EMPTY, 0)

    @pytest.mark.parametrize(
        ("content", "problem", "line"),
        [
            (b"PK\x03\x04\0\0\0\0", "binary", 1),
            (b"\xff\xfe" + ONE.hex().encode("utf-16-le"), "binary", 1),
            (ONE.hex().encode() + b"\n" + b"a" * 5000, "long_line", 2),
            (ONE.hex().encode() + b"\n" + b"ab\0cd\n", "binary", 2),
            ((ONE.hex() + "\r").encode() * 200, "long_line", 1),
        ],
        ids=["zip", "utf-16", "long", "nul", "cr only"],
    )
    def test_no_text(self, tmp_path: Path, content: bytes, problem: str, line: int) -> None:
        assert unusable(tmp_path, content) == (problem, line)


class TestColumns:
    def test_four_of_them(self, tmp_path: Path) -> None:
        rows = [os.urandom(16), os.urandom(20), os.urandom(32), os.urandom(32)]
        content = "md5,sha1,sha256,pdq\n" + ",".join(digest.hex() for digest in rows) + "\n"
        assert read(tmp_path, content.encode(), "csv") == (list(zip([1, 2, 3, 4], rows, strict=True)), [])

    @pytest.mark.parametrize(
        "content",
        [
            "MD5,category\n{one},a\n{two},b\n",
            "\ufeff name ; SHA-256 ; md5 \r\n x ; ; {one} \r\n y ; ; {two} \r\n",
            '"id"\t"MD5"\n"1"\t"{one}"\n"2"\t"{two}"\n',
            'md5,"note"\n{one},"two\nlines"\n{two},\n',
            "\nmd5\n{one}\n\n{two}",
            "md5,pdq_hash\n{one}\n{two},\n",
        ],
        ids=["others", "semicolons", "quoted", "lines in cells", "gaps", "short rows"],
    )
    def test_extra_columns_are_ignored(self, tmp_path: Path, content: str) -> None:
        written_out = content.format(one=ONE.hex(), two=TWO.hex()).encode()
        assert read(tmp_path, written_out, "csv") == ([(1, ONE), (1, TWO)], [])

    def test_wrong_cells_are_named_with_their_lines(self, tmp_path: Path) -> None:
        content = f"md5,sha256\n{ONE.hex()},{sha256('x').hex()}\n{ONE.hex()},{TWO.hex()}\nzz,\n,\n,,\n"
        rows, problems = read(tmp_path, content.encode(), "csv")
        assert rows == [(1, ONE), (3, sha256("x")), (1, ONE)]
        assert problems == [(3, "length"), (4, "length")]

    def test_a_row_without_any_hash(self, tmp_path: Path) -> None:
        content = f"name,md5\na,{ONE.hex()}\nb,\n"
        assert read(tmp_path, content.encode(), "csv") == ([(1, ONE)], [(3, "no_hash")])

    def test_a_quote_that_never_ends(self, tmp_path: Path) -> None:
        content = f'name,md5\na,{ONE.hex()}\n"b,{TWO.hex()}\n'
        assert read(tmp_path, content.encode(), "csv") == ([(1, ONE)], [(3, "broken_row")])

    @pytest.mark.parametrize(
        ("content", "problem", "line"),
        [
            (b"", "empty", 0),
            (b"md5,sha1\n", "empty", 0),
            (ONE.hex().encode() + b"\n", "no_column", 1),
            (b"name,photodna\na,b\n", "no_column", 1),
            (b"md5,MD-5\n", "twice", 1),
        ],
    )
    def test_unusable_file(self, tmp_path: Path, content: bytes, problem: str, line: int) -> None:
        assert unusable(tmp_path, content, "csv") == (problem, line)


def test_a_large_file_comes_in_batches_with_the_bytes_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_parser, "BATCH_ROWS", 100)
    path = tmp_path / "list"
    path.write_bytes(written(md5(str(number)) for number in range(250)))
    batches = list(read_list(path, "md5", ProblemLog()))
    assert [(len(batch.rows), batch.done_bytes) for batch in batches] == [(100, 3300), (100, 6600), (50, 8250)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), layout=st.sampled_from([*SIZES, "csv"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, layout: str) -> None:
    try:
        rows, _problems = read(tmp_path, (b"md5,pdq\n" if layout == "csv" else b"") + content, layout)
    except UnusableFile:
        return
    assert all(len(digest) == list_parser.DIGEST_BYTES[Algorithm(algorithm)] for algorithm, digest in rows)
