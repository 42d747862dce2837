"""Checks the JSON that a confined process has written: a file that took the process over decides what comes out."""

import json
from typing import Any, get_args, get_origin, get_type_hints


class InvalidResult(ValueError):
    """The output has another form than the job's result."""


def decode_result[Result](kind: type[Result], output: bytes) -> Result:
    """Return a document of JSON as `kind`. Raises InvalidResult.

    `kind` is a simple type, or a class whose annotated fields are simple types, tuples or such classes.
    """
    try:
        result: Result = _as(kind, json.loads(output))
    except (ValueError, RecursionError) as error:
        raise InvalidResult(str(error)) from error
    return result


def _as(kind: Any, value: Any) -> Any:
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        if isinstance(value, list):
            each = [kinds[0]] * len(value) if kinds[1] is Ellipsis else kinds
            return tuple(_as(one, item) for one, item in zip(each, value, strict=True))
    elif fields := get_type_hints(kind):
        # JSON has a NamedTuple as a list.
        value = dict(zip(fields, value, strict=True)) if isinstance(value, list) else value
        if isinstance(value, dict) and value.keys() == fields.keys():
            return kind(**{name: _as(of, value[name]) for name, of in fields.items()})
    elif type(value) is kind:
        return value
    raise ValueError("a value of another type")
