"""API responses: errors as problem documents (RFC 9457), in English, for every path below /api/."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from django.http import HttpResponse

API_PREFIX = "/api/"
CONTENT_TYPE = "application/problem+json"
# Enough to fix the client; further errors are usually repetitions.
MAX_FAULTS = 100
DETAILS = {
    400: "The request could not be read.",
    403: "This is not allowed.",
    404: "There is nothing at this address. Addresses of this interface end with a slash.",
    405: "This address does not support the method.",
    413: "The request is too large.",
    500: "An internal error occurred and was recorded. Send the request again in a minute.",
    503: "The service cannot store data at the moment. Send the same request again later.",
}


class ProblemDetail(NamedTuple):
    """One error: its place in the body (JSON Pointer, RFC 6901; "" is the whole), and a sentence."""

    pointer: str
    detail: str


class ApiError(Exception):
    """An exception that is returned as a problem document."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        faults: Iterable[ProblemDetail] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status)
        self.response = problem_response(status, detail, faults=faults, headers=headers)


def is_api(path: str) -> bool:
    """Return whether the path belongs to the API."""
    return path.startswith(API_PREFIX)


def problem_response(
    status: int, detail: str = "", *, faults: Iterable[ProblemDetail] = (), headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return a problem document: `type`, `title`, `status`, `detail`, and the first `MAX_FAULTS` `errors`, if any."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or DETAILS.get(status, ""),
    }
    if errors := [fault._asdict() for fault in faults]:
        body["errors"] = errors[:MAX_FAULTS]
    return json_response(body, status=status, content_type=CONTENT_TYPE, headers=headers)


def json_response(
    body: Mapping[str, object],
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return `body` as ASCII JSON, uncacheable, in English unless `headers` differ."""
    all_headers = {"Cache-Control": "no-store", "Content-Language": "en", **(headers or {})}
    return HttpResponse(json.dumps(body), status=status, content_type=content_type, headers=all_headers)
