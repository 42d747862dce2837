"""What a confined process has written is accepted in the form of its job's result only."""

from dataclasses import dataclass
from typing import NamedTuple

import pytest

from clicksafely.common.sandbox.results import InvalidResult, decode_result


class File(NamedTuple):
    name: str
    size: int


@dataclass(frozen=True)
class Result:
    text: str
    is_cut: bool
    pair: tuple[str, int]
    files: tuple[File, ...]


WRITTEN = b'{"text": "a", "is_cut": false, "pair": ["b", 1], "files": [["c", 2], {"name": "d", "size": 3}]}'


def test_a_result() -> None:
    assert decode_result(Result, WRITTEN) == Result(
        "a", is_cut=False, pair=("b", 1), files=(File("c", 2), File("d", 3))
    )
    assert decode_result(bool, b"true") is True


@pytest.mark.parametrize(
    ("part", "other"),
    [
        (b'"a"', b"1"),
        (b'"a"', b'["a"]'),
        (b"false", b"0"),
        (b"1]", b"1.0]"),
        (b'["b", 1]', b'["b"]'),
        (b'["b", 1]', b'{"0": "b", "1": 1}'),
        (b'["c", 2]', b'"c"'),
        (b'"size": 3', b'"size": 3, "mode": 1'),
        (b'"text"', b'"title"'),
        (WRITTEN, b"[]"),
        (WRITTEN, b"\xff"),
        (WRITTEN, b"[" * 100_000),
    ],
)
def test_anything_else_is_refused(part: bytes, other: bytes) -> None:
    with pytest.raises(InvalidResult):
        decode_result(Result, WRITTEN.replace(part, other, 1))
