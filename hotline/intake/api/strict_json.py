"""Strict JSON parser for untrusted input (RFC 8259, I-JSON RFC 7493). Pure."""

import json
import math
import re
from collections.abc import Sequence
from typing import Any, Never

MAX_DEPTH = 24
# Longer than any expected number. Python parses integers in quadratic time.
MAX_DIGITS = 19
_MAX_NAME_LENGTH = 60
# A string, whose brackets do not count, or a bracket. An unterminated string extends to the end, so the time is linear.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


class InvalidJson(ValueError):
    """Invalid JSON. The message is a sentence."""


def read_json(body: bytes) -> Any:
    """Return the value of the UTF-8 encoded `body`.

    Raises InvalidJson for syntax errors (with line and column), nesting beyond `MAX_DEPTH`, and duplicate names. Also
    raises it for NaN, infinities, and integers of more than `MAX_DIGITS` digits.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidJson(f"The body is not UTF-8: invalid byte at position {error.start}.") from error
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except json.JSONDecodeError as error:
        raise InvalidJson(f"The body is not JSON: {error.msg}, line {error.lineno}, column {error.colno}.") from error


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        bracket = token[0]
        if bracket in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise InvalidJson(f"The body is nested more than {MAX_DEPTH} levels deep.")
        elif bracket in "]}":
            depth -= 1


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise InvalidJson(f"An object has the name {_short(twice)} twice.")
    return read


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise InvalidJson(f"An integer has more than {MAX_DIGITS} digits.")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise InvalidJson("A number is too large.")
    return number


def _refuse_constant(name: str) -> Never:
    raise InvalidJson(f"{name} is not a JSON value.")


def _short(name: str) -> str:
    return json.dumps(name if len(name) <= _MAX_NAME_LENGTH else f"{name[:_MAX_NAME_LENGTH]}…")
