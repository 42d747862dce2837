"""Structured logs: one JSON object per line on stdout, without addresses, receipts, contacts or user input."""

import json
import logging
import logging.config
import re
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

# Allowed extra attributes of a record; others are dropped.
FIELDS = ("event", "report_id", "item_id", "task", "seconds", "count", "head")

# Values that libraries put into their messages and that may contain user input.
HIDDEN_ARGUMENTS = {"exc", "traceback", "return_value", "args", "kwargs", "argsrepr", "kwargsrepr"}

IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)")
IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:(?:\.\d{1,3}){3})?(?![\w:])")
RECEIPT = re.compile(r"(?<![\w-])[0-9A-HJKMNP-TV-Z]{4}(?:[ -]?[0-9A-HJKMNP-TV-Z]{4}){3}(?![\w-])", re.IGNORECASE)
# Limit of a local part (RFC 5321: 64, in all 254): without one, the time would be quadratic in the length of a word.
CONTACT = re.compile(r"[^\s@<>\"'(]{1,254}@[^\s@<>\"')]+\.\w+|(?<!\w)(?!\d{4}-\d\d-\d\d)\+?\d(?:[ /-]?\d){7,14}(?!\w)")
QUERY = re.compile(r"\?[^\s\"'>]+")


def redact(text: str) -> str:
    """Return `text` with every address, receipt, e-mail address, phone number and query string replaced by its kind in brackets."""
    text = QUERY.sub("?[query]", text)
    for pattern in (IPV6, IPV4):
        text = pattern.sub(lambda match: "[address]" if _is_address(match[0]) else match[0], text)
    text = RECEIPT.sub("[receipt]", text)
    return CONTACT.sub("[contact]", text)


class PrivateFormatter(logging.Formatter):
    """Formats a record as one line of JSON: time (UTC), level, logger, request, message.

    An exception adds its type and location. Its message is omitted, because databases and parsers quote the invalid
    input.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without its newline."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(_message(record)),
        }
        if number := request_id.get() or getattr(getattr(record, "request", None), "request_id", ""):
            line["request"] = number
        line |= {field: _value(getattr(record, field)) for field in FIELDS if hasattr(record, field)}
        if record.exc_info and record.exc_info[1]:
            line |= _exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def configure(config: Mapping[str, Any]) -> None:
    """Send logs of `config["level"]` and above, including Python's warnings, to stdout as JSON.

    Called by Django (`LOGGING_CONFIG`).
    """
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"private": {"()": PrivateFormatter}},
            "handlers": {
                "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "private"}
            },
            "root": {"handlers": ["stdout"], "level": config.get("level", "INFO")},
            "loggers": {
                # Django's defaults e-mail the whole request to ADMINS and print addresses; these two lines disable both.
                "django": {"handlers": [], "level": "INFO"},
                "django.server": {"handlers": [], "propagate": True},
                # Missing pages and refused forms are not noteworthy, and their paths are user input.
                "django.request": {"level": "ERROR"},
                "django.security": {"level": "CRITICAL"},
                "axes": {"level": "ERROR"},
                # HTTP and S3 clients log URLs and all received headers.
                "httpx2": {"level": "WARNING"},
                "httpcore2": {"level": "WARNING"},
                # One line for each of its detectors and message.
                "flufl.bounce": {"level": "CRITICAL"},
            },
        }
    )
    logging.captureWarnings(capture=True)
    # By default, a record that cannot be formatted would be printed with its arguments.
    logging.raiseExceptions = False


def _message(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    if request is not None and hasattr(request, "resolver_match"):
        route = request.resolver_match.route if request.resolver_match else "no route"
        return f"{getattr(record, 'status_code', '')} {request.method} {route}".strip()
    if isinstance(record.args, Mapping) and not HIDDEN_ARGUMENTS.isdisjoint(record.args):
        hidden = {key: f"[{key}]" for key in HIDDEN_ARGUMENTS & set(record.args)}
        return str(record.msg) % {**record.args, **hidden}
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    return record.getMessage()


def _exception(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < 5:
        causes.append(_type(cause))
        cause = cause.__cause__ or cause.__context__
    return {"exception": _type(error), "where": where} | ({"because": causes} if causes else {})


def _type(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _value(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else redact(str(value))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return any(character.isalnum() for character in text)
