"""JSON Schemas of partner reports, for validation and for the OpenAPI document."""

from typing import Any

from hotline.categories import CATEGORIES
from hotline.models.partners import REFERENCE_PATTERN

Schema = dict[str, Any]

MAX_REPORTS = 100
MAX_ADDRESSES = 100
MAX_HASHES = 100
MAX_ADDRESS_LENGTH = 2048
MAX_SIZE = 2**53 - 1

XARF_MARK = "xarf_version"
# The accepted types. Every type of the XARF category `content` names one address.
XARF_CATEGORIES = {kind: code for code, category in CATEGORIES.items() for kind in category.xarf_types}
# At least one character that is not white space.
_TEXT = r"\S"
_TYPE_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,38}"


def _one_of(*names: str) -> Schema:
    """Return the rule that at least one of the fields is present. Code generators drop the fields of an object with a plain `anyOf`."""
    return {"if": {}, "then": {"anyOf": [{"required": [name]} for name in names]}}


def _hexadecimal(description: str, octets: int) -> Schema:
    return {"type": "string", "pattern": f"^[0-9A-Fa-f]{{{octets * 2}}}$", "description": description}


HASH: Schema = {
    "type": "object",
    "description": "The digests of a file in hexadecimal, at least one. The file itself is not accepted.",
    "additionalProperties": False,
    **_one_of("md5", "sha1", "sha256", "pdq"),
    "properties": {
        "md5": _hexadecimal("MD5", 16),
        "sha1": _hexadecimal("SHA-1", 20),
        "sha256": _hexadecimal("SHA-256", 32),
        "pdq": _hexadecimal("PDQ hash of a picture", 32),
        "pdq_quality": {"type": "integer", "minimum": 0, "maximum": 100},
        "media_type": {"type": "string", "pattern": f"^{_TYPE_NAME}/{_TYPE_NAME}$", "examples": ["image/jpeg"]},
        "size": {"type": "integer", "minimum": 0, "maximum": MAX_SIZE, "description": "Bytes"},
    },
}

REPORT: Schema = {
    "type": "object",
    "description": "One report. At least one of addresses, app, handle, words or hashes is required.",
    "additionalProperties": False,
    "required": ["category"],
    **_one_of("addresses", "app", "handle", "words", "hashes"),
    "dependentRequired": {"wants_answer": ["contact"]},
    "properties": {
        "category": {"type": "string", "enum": list(CATEGORIES)},
        "addresses": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_ADDRESSES,
            "items": {"type": "string", "minLength": 1, "maxLength": MAX_ADDRESS_LENGTH},
            "description": "Exact addresses, one per string. `hxxp` and `[.]` are accepted.",
            "examples": [["https://forum.example.org/topic/17"]],
        },
        "app": {"type": "string", "pattern": _TEXT, "maxLength": 40, "examples": ["telegram"]},
        "handle": {
            "type": "string",
            "pattern": _TEXT,
            "maxLength": 200,
            "description": "The profile, group or channel in the app",
        },
        "words": {"type": "string", "pattern": _TEXT, "maxLength": 10_000, "description": "Description of the content"},
        "seen_at": {
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339, with its offset from UTC, not in the future",
        },
        "language": {
            "type": "string",
            "enum": ["sr", "sr-latn", "en"],
            "default": "en",
            "description": "Language of the words and of our answers",
        },
        "contact": {
            "type": "string",
            "pattern": _TEXT,
            "maxLength": 200,
            "description": "E-mail or telephone of the reporting person, with their consent",
        },
        # Without a default, which generated programs would send although there is no contact.
        "wants_answer": {"type": "boolean", "description": "Only with a contact"},
        "hashes": {"type": "array", "minItems": 1, "maxItems": MAX_HASHES, "items": HASH},
        "reference": {
            "type": "string",
            "pattern": REFERENCE_PATTERN,
            "description": "Your own number, stored in clear text. Do not use a name.",
            "examples": ["2026-000417"],
        },
        "danger_now": {"type": "boolean", "default": False, "description": "A child is in danger right now"},
    },
}


def is_xarf(value: Any) -> bool:
    """Return whether an object is XARF: version 4, or an older version, which is refused with its own message."""
    return isinstance(value, dict) and (XARF_MARK in value or "ReporterInfo" in value)
