"""The exact headers of every response; exceptions are listed here and nowhere else."""

import re
from typing import Final

from django.http import HttpResponse

from clicksafely.common.files.file_response import POLICY
from clicksafely.common.http.middleware import PERMISSIONS_POLICY, STAFF_PERMISSIONS_POLICY
from tests.common.test_headers import PUBLIC_CSP

STAFF_CSP: Final = PUBLIC_CSP.replace("img-src 'self'", "img-src 'self' data:")
EXACT: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Cacheable by everyone: whole pages for minutes, and versioned URLs permanently.
STORED: Final = re.compile(r"public, max-age=\d+(, immutable)?")
# Not cacheable; Django's login and the pages behind it send more directives, in any order.
UNSTORED: Final = ({"no-store"}, {"max-age=0", "no-cache", "no-store", "must-revalidate", "private"})
# The language redirect: cached by the visitor's browser only, with revalidation.
OWN: Final = "private, max-age=0"
NONCE: Final = re.compile(r" 'nonce-[A-Za-z0-9_-]{20,}'")


def is_unstored(caching: str) -> bool:
    """Whether a `Cache-Control` prohibits all caching."""
    return {each.strip() for each in caching.split(",")} in UNSTORED


def wrong_headers(response: HttpResponse, *, staff: bool) -> dict[str, str | None]:
    """Return the wrong headers with their values. A displayed or downloaded file may not run anything: `POLICY`."""
    headers = response.headers
    exact = EXACT | {"Permissions-Policy": STAFF_PERMISSIONS_POLICY if staff else PERMISSIONS_POLICY}
    wrong = {name: headers.get(name) for name, value in exact.items() if headers.get(name) != value}
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
