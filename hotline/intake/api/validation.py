"""JSON Schema validation with own error messages, which never repeat the submitted values. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

from clicksafely.common.http.problem_details import ProblemDetail

MAX_FAULTS_AN_ITEM = 20
_MAX_POINTER_PART_LENGTH = 80
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # RFC 3339, 5.6
_UNFIT = re.compile("[\x00\ud800-\udfff]")
# An encoded file: a data URL, or more base64 without a break than any identifier has. Matched only at the start of a
# token.
_ENCODED_FILE = re.compile(
    r"data:[\w.+-]{1,60}/[\w.+-]{1,60}(?:;[\w=-]{1,40})*;base64,"
    r"|(?<![A-Z0-9+/_-])(?:[A-Z0-9+/_-]{1000}|(?:[A-Z0-9+/_-]{60,80}\r?\n){10})",
    re.IGNORECASE | re.ASCII,
)
_ADDRESS = re.compile(r"(?:https?|ftp)://\S{1,2040}", re.IGNORECASE)
NO_FILES = "Files and pictures are not accepted in any encoding. Send their hashes."
# Usual names of fields that hold a file.
_FILE_FIELDS = re.compile(
    r"attach|base64|binary|content$|data|evidence|file|image|payload|photo(?!dna)|picture|screenshot|video",
    re.IGNORECASE,
)

_formats = FormatChecker(formats=())
_TYPES = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


@_formats.checks("date-time")
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _DATE_TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return True


@_formats.checks("uuid")
def _is_uuid(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _pattern(validator: Any, pattern: str, value: object, schema: Any) -> Iterator[ValidationError]:
    """Match `$` at the end of the string only, as in ECMA 262. Python also matches before a final line break."""
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError("pattern")


_Validator = validators.extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def make_validator(schema: dict[str, Any], **options: Any) -> Draft202012Validator:
    """Return a validator for `faults_of`. `options` are passed to jsonschema."""
    validator: Draft202012Validator = _Validator(schema, format_checker=_formats, **options)
    return validator


def faults_of(validator: Draft202012Validator, value: Any, pointer: str) -> list[ProblemDetail]:
    """Return the first `MAX_FAULTS_AN_ITEM` distinct faults of `value`. `pointer` is its JSON Pointer in the body."""
    found: dict[ProblemDetail, None] = {}
    for error in validator.iter_errors(value):
        for fault in _worded(error, pointer + pointer_of(*error.absolute_path)):
            found[fault] = None
            if len(found) == MAX_FAULTS_AN_ITEM:
                return list(found)
    return list(found)


def unfit_texts(value: Any, pointer: str) -> list[ProblemDetail]:
    """Return the faults of strings and names that cannot be stored (NUL, surrogates) or contain an encoded file."""
    found: list[ProblemDetail] = []
    waiting = [(pointer, value)]
    while waiting and len(found) < MAX_FAULTS_AN_ITEM:
        at, part = waiting.pop()
        if isinstance(part, dict):
            waiting += [(at, name) for name in part]
            waiting += [(at + pointer_of(name), inside) for name, inside in part.items()]
        elif isinstance(part, list):
            waiting += [(f"{at}/{place}", inside) for place, inside in enumerate(part)]
        elif isinstance(part, str):
            if _UNFIT.search(part):
                found.append(ProblemDetail(at, "This contains a NUL or a lone surrogate."))
            elif not _ADDRESS.fullmatch(part) and _ENCODED_FILE.search(part):
                found.append(ProblemDetail(at, NO_FILES))
    return found


def pointer_of(*path: str | int) -> str:
    """Return a JSON Pointer (RFC 6901). Long names are cut."""
    parts = (str(part)[:_MAX_POINTER_PART_LENGTH].replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in parts)


def _worded(error: ValidationError, at: str) -> Iterator[ProblemDetail]:
    rule: Any = error.validator_value
    value: Any = error.instance
    match error.validator:
        case "additionalProperties":
            properties = error.schema.get("properties", {})  # type: ignore[union-attr]
            for name in value:
                if name not in properties:
                    detail = NO_FILES if _FILE_FIELDS.search(name) else "There is no field of this name."
                    yield ProblemDetail(at + pointer_of(name), detail)
        case "required":
            for name in rule:
                if name not in value:
                    yield ProblemDetail(at + pointer_of(name), "This field is missing.")
        case "dependentRequired":
            for name, others in rule.items():
                for other in others:
                    if name in value and other not in value:
                        yield ProblemDetail(at + pointer_of(other), f"This field is missing: {name} needs it.")
        case "anyOf":
            names = [alternative["required"][0] for alternative in rule]
            yield ProblemDetail(at, f"At least one of these is required: {', '.join(names)}.")
        case _:
            yield ProblemDetail(at, _sentence(str(error.validator), rule))


def _sentence(keyword: str, rule: Any) -> str:
    match keyword:
        case "type":
            return f"This must be {_TYPES.get(rule, rule)}."
        case "enum":
            return f"This must be one of: {', '.join(map(str, rule))}."
        case "const":
            return f"This must be {rule}."
        case "maxLength":
            return f"This is longer than {rule} characters."
        case "maxItems":
            return f"There are more than {rule} of these."
        case "minLength" | "minItems":
            return "This is empty."
        case "minimum":
            return f"This is less than {rule}."
        case "maximum":
            return f"This is more than {rule}."
        case "pattern" if rule == r"\S":
            return "This is empty."
        case "pattern":
            return f"This does not match the pattern {rule}"
        case "format":
            return f"This is not a {rule} as the standard defines it."
    return "This is not allowed here."
