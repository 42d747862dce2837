"""Checks of an API request before its reports are parsed: key, size, content type, rate limits."""

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest, UnreadablePostError

from clicksafely.common.clock import hour_of
from clicksafely.common.http import rate_limits
from clicksafely.common.http.problem_details import ApiError, ProblemDetail
from hotline.intake.api import partner_services, selectors
from hotline.intake.api.schemas import MAX_REPORTS, is_xarf
from hotline.intake.api.strict_json import InvalidJson, read_json
from hotline.models import Partner, PartnerKey

MAX_BODY = 2 * 1024 * 1024
WINDOW = 3600
CHALLENGE = 'Bearer realm="Net Patrola partners"'
# Status requests per hour that a partner may send for each report in its hourly limit.
READS_PER_REPORT = 10
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{16,200}")


class Batch(NamedTuple):
    """The reports of a body with their JSON Pointers. `single` is set if the body is one report, not a list."""

    items: list[tuple[str, Any]]
    single: bool


def authenticate(request: HttpRequest, now: datetime) -> PartnerKey:
    """Return the key in `Authorization: Bearer`. Raises ApiError with the same message for every invalid key."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    key = selectors.find_key(text.strip() if scheme.lower() == "bearer" else "")
    if key is None:
        raise ApiError(401, "No valid key was sent.", headers={"WWW-Authenticate": CHALLENGE})
    partner_services.record_use(key=key, now=now)
    return key


def read_body(request: HttpRequest) -> bytes:
    """Return the body of a JSON request of at most `MAX_BODY` bytes. Raises ApiError."""
    if request.content_type != "application/json" or _charset(request) not in {"utf-8", "utf8"}:
        raise ApiError(415, "Send JSON in UTF-8: Content-Type: application/json")
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length and "HTTP_TRANSFER_ENCODING" in request.META:
        raise ApiError(411, "Send the body with a Content-Length header, not chunked.")
    if length.isdecimal() and int(length[:18]) > MAX_BODY:
        raise ApiError(413, f"The body is larger than {MAX_BODY} bytes. Send fewer reports per request.")
    try:
        return request.body
    except UnreadablePostError as error:
        raise ApiError(400, "The body is incomplete.") from error


def read_batch(body: bytes) -> Batch:
    """Return the reports in `body`: an object, a list, or {"reports": [...]}. Raises ApiError."""
    try:
        value = read_json(body)
    except InvalidJson as error:
        raise ApiError(400, str(error)) from error
    listed, at = value, ""
    if isinstance(value, dict) and "reports" in value and not is_xarf(value):
        listed, at = value["reports"], "/reports"
        if others := [name for name in value if name != "reports"]:
            raise _unfit(ProblemDetail("", f"An object with `reports` has no other fields ({len(others)} found)."))
    elif isinstance(value, dict):
        return Batch([("", value)], single=True)
    if not isinstance(listed, list):
        raise _unfit(
            ProblemDetail(at, "This must be an object or a list of objects." if not at else "This must be an array.")
        )
    if not 0 < len(listed) <= MAX_REPORTS:
        raise _unfit(ProblemDetail(at, f"A request has 1 to {MAX_REPORTS} reports; these are {len(listed)}."))
    return Batch([(f"{at}/{place}", item) for place, item in enumerate(listed)], single=False)


def idempotency_key(request: HttpRequest) -> str:
    """Return the `Idempotency-Key` header without quotation marks, or "" if it is missing. Raises ApiError."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return ""
    key = sent.strip()
    key = key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise ApiError(400, "Idempotency-Key must have 16 to 200 visible ASCII characters, for example a UUID.")
    return key


def count_reports(partner: Partner, *, reports: int, now: datetime) -> None:
    """Count reports against the partner's hourly limit. Refused requests are not counted. Raises ApiError."""
    limit = selectors.limit_of(partner)
    _count(f"partner:{partner.pk}:{now:%d%H}", step=reports, limit=limit, what=f"{limit} reports", now=now)


def count_reading(partner: Partner, *, now: datetime) -> None:
    """Count one status request. Raises ApiError."""
    limit = selectors.limit_of(partner) * READS_PER_REPORT
    _count(f"partner-reads:{partner.pk}:{now:%d%H}", step=1, limit=limit, what=f"{limit} status requests", now=now)


def _count(key: str, *, step: int, limit: int, what: str, now: datetime) -> None:
    (counted,) = rate_limits.increment_counters([key], window=WINDOW, step=step)
    if counted <= limit:
        return
    rate_limits.increment_counters([key], window=WINDOW, step=-step)
    next_hour = hour_of(now) + timedelta(hours=1)
    wait = int((next_hour - now).total_seconds()) + 1
    raise ApiError(429, f"At most {what} per hour are accepted with your keys.", headers={"Retry-After": str(wait)})


def _charset(request: HttpRequest) -> str:
    return (request.content_params or {}).get("charset", "utf-8").lower()


def _unfit(fault: ProblemDetail) -> ApiError:
    return ApiError(422, "The body does not conform to the API schema.", faults=[fault])
