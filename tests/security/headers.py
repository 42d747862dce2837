"""The headers of every answer, to the letter: what differs from them on a page is named here and nowhere else."""

import re
from typing import Final

from django.http import HttpResponse

from clicksafely.common.files.file_response import POLICY
from clicksafely.common.http.middleware import PERMISSIONS_POLICY
from tests.common.test_headers import PUBLIC_CSP

STAFF_CSP: Final = PUBLIC_CSP.replace("img-src 'self'", "img-src 'self' data:")
EXACT: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}
# What anybody may keep: whole pages for minutes, and what has its own content in its address for ever.
STORED: Final = re.compile(r"public, max-age=\d+(, immutable)?")
# What nobody may keep; Django's sign-in and pages behind it say it at length, in any order.
UNSTORED: Final = ({"no-store"}, {"max-age=0", "no-cache", "no-store", "must-revalidate", "private"})
# The door, which chooses a language: for the visitor's own browser, which asks again.
OWN: Final = "private, max-age=0"
NONCE: Final = re.compile(r" 'nonce-[A-Za-z0-9_-]{20,}'")


def is_unstored(caching: str) -> bool:
    """Whether a `Cache-Control` keeps everybody from keeping the answer."""
    return {each.strip() for each in caching.split(",")} in UNSTORED


def wrong_headers(response: HttpResponse, *, staff: bool) -> dict[str, str | None]:
    """The headers that are not as they have to be, with what they are. A file that is shown or saved may do nothing at all: `POLICY`."""
    headers = response.headers
    wrong = {name: headers.get(name) for name, value in EXACT.items() if headers.get(name) != value}
    policy = (
        NONCE.sub("", headers.get("Content-Security-Policy", "")) if staff else headers.get("Content-Security-Policy")
    )
    if policy not in {STAFF_CSP if staff else PUBLIC_CSP, POLICY}:
        wrong["Content-Security-Policy"] = policy
    if headers.get("Referrer-Policy") not in ({"same-origin"} if staff else {"no-referrer", "same-origin"}):
        wrong["Referrer-Policy"] = headers.get("Referrer-Policy")
    caching = headers.get("Cache-Control", "")
    if (
        not is_unstored(caching)
        and not (caching == OWN and response.status_code == 302)
        and (staff or response.status_code not in {200, 304} or not STORED.fullmatch(caching))
    ):
        wrong["Cache-Control"] = caching
    if STORED.fullmatch(caching) and (response.cookies or "Cookie" in headers.get("Vary", "")):
        wrong["Set-Cookie"] = "on a page that anybody may keep"
    for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin", "Strict-Transport-Security"):
        if name in headers:
            wrong[name] = headers[name]
    return wrong
