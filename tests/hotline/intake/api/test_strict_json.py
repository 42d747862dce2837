"""Strict JSON parsing: every body is parsed or refused with a message."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.http.problem_details import ApiError
from hotline.intake.api.parsers import InvalidReport, read_report
from hotline.intake.api.request_checks import read_batch
from hotline.intake.api.schemas import is_xarf
from hotline.intake.api.strict_json import MAX_DEPTH, InvalidJson, read_json
from hotline.intake.api.xarf import read_xarf
from tests.hotline.intake.api.program import REPORT, XARF
from tests.timing import seconds


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, -2, 3.5, true, null, "\\u0436"]}', {"a": [1, -2, 3.5, True, None, "ж"]}),
        (b"\xef\xbb\xbf{}", {}),
        (b'"\\"[[[\\\\"', '"[[[\\'),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
        (b"-9223372036854775808", -(2**63)),
    ],
)
def test_read(body: bytes, value: Any) -> None:
    assert read_json(body) == value


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is not JSON: Expecting value, line 1, column 1."),
        (b'{"a": 1,\n  "b" 2}', "The body is not JSON: Expecting ':' delimiter, line 2, column 7."),
        (b'{"a": 1, "a": 2}', 'An object has the name "a" twice.'),
        (b'[{"%s": 1, "%s": 2}]' % (b"n" * 99, b"n" * 99), f'An object has the name "{"n" * 60}\\u2026" twice.'),
        (b'{"a": NaN}', "NaN is not a JSON value."),
        (b"[1e999]", "A number is too large."),
        (b'{"a": %s}' % (b"9" * 10_000), "An integer has more than 19 digits."),
        (b"[" * (MAX_DEPTH + 1), "The body is nested more than 24 levels deep."),
        (b'{"a":' * 500_000, "The body is nested more than 24 levels deep."),
        (b'{"a": "\xff"}', "The body is not UTF-8: invalid byte at position 7."),
    ],
)
def test_refused(body: bytes, sentence: str) -> None:
    with pytest.raises(InvalidJson) as refused:
        read_json(body)
    assert str(refused.value) == sentence


HOSTILE = [
    b"[]," * 500_000,
    b'"' + b"\\" * 1_500_001,
    b'"' + b'\\"' * 1_000_000,
    b'"' * 1_500_000,
    b"[1," * 20 + b"1," * 700_000,
]


def refuse(body: bytes) -> None:
    with pytest.raises(InvalidJson):
        read_json(body)


@pytest.mark.parametrize("body", HOSTILE)
def test_two_hostile_megabytes_are_refused(body: bytes) -> None:
    refuse(body)


@pytest.mark.timing
@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_megabytes_take_little_longer_than_others(body: bytes) -> None:
    assert seconds(refuse, body) < 10 * seconds(read_json, b"[" + b"1," * 1_000_000 + b"1]")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def read_all(body: bytes) -> None:
    """Read everything that is in the body, as a request does; what is refused is refused properly."""
    try:
        items = read_batch(body).items
    except ApiError as error:
        status = error.response.status_code
        assert status in {400, 422}
        return
    for pointer, item in items:
        with contextlib.suppress(InvalidReport):
            read = read_xarf if is_xarf(item) else read_report
            read(item, pointer, now=datetime(2026, 3, 2, 12, tzinfo=UTC))


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    read_all(body)


@given(VALUES)
def test_any_value(value: Any) -> None:
    read_all(json.dumps(value).encode())


@given(st.sampled_from([REPORT, XARF]), st.data())
def test_any_value_in_the_place_of_another(whole: dict[str, Any], data: st.DataObject) -> None:
    changed = dict(whole)
    changed[data.draw(st.sampled_from([*whole, "hashes", "hash_values", "contact", "seen_at", "app", "x"]))] = (
        data.draw(VALUES)
    )
    read_all(json.dumps({"reports": [changed, whole]}).encode())
