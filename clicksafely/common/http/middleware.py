"""Middleware: request IDs, security headers, session cookies, and error pages for an unavailable database and oversized forms."""

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.csp import CSP

from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.http.error_pages import STORAGE_UNAVAILABLE, error_page
from clicksafely.common.i18n.language import STAFF_PREFIX
from clicksafely.common.logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
MEDIA_RETRY_SECONDS = 30
BODY_RETRY_SECONDS = 10
DATABASE_ERRORS = (OperationalError, InterfaceError)
REQUEST_TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)

# Powerful features of the W3C Permissions Policy known to browsers; unknown names cause console errors.
DENIED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope",
    "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in DENIED_FEATURES)
# Staff sign in with passkeys.
STAFF_PERMISSIONS_POLICY = ", ".join(
    f"{feature}={'(self)' if feature.startswith('publickey-credentials-') else '()'}" for feature in DENIED_FEATURES
)


class RequestIdMiddleware:
    """Assigns a random ID to every request, for its log lines and a response header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = secrets.token_hex(6)
        token = request_id.set(number)
        # Django logs an error after all middleware has ended.
        request.request_id = number  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            if response.status_code >= 400:
                response.headers["X-Request-ID"] = number
            return response
        finally:
            request_id.reset(token)


class SecurityHeadersMiddleware(SecurityMiddleware, ContentSecurityPolicyMiddleware):
    """Django's security and CSP middleware combined, with additional headers; headers set by a view stay.

    Responses are not cacheable unless the view allows it. Staff pages may use a nonce in scripts and styles. They send
    a referrer to their own origin, which Django's CSRF check needs.
    """

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self.staff_csp = {
            **settings.SECURE_CSP,
            "script-src": [CSP.SELF, CSP.NONCE],
            "style-src": [CSP.SELF, CSP.NONCE],
            "img-src": [CSP.SELF, "data:"],
        }

    def process_request(self, request: HttpRequest) -> HttpResponse | None:  # type: ignore[override]
        """Create the nonce; redirect HTTP to HTTPS if configured; refuse TRACE, which echoes the request."""
        ContentSecurityPolicyMiddleware.process_request(self, request)
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return SecurityMiddleware.process_request(self, request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Set every header that is missing."""
        staff = request.path.startswith(STAFF_PREFIX)
        if staff and not hasattr(response, "_csp_config"):
            response._csp_config = self.staff_csp  # type: ignore[attr-defined]
        headers = response.headers
        headers.setdefault("Referrer-Policy", "same-origin" if staff else "no-referrer")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", STAFF_PERMISSIONS_POLICY if staff else PERMISSIONS_POLICY)
        headers.setdefault("Cache-Control", "no-store")
        SecurityMiddleware.process_response(self, request, response)
        ContentSecurityPolicyMiddleware.process_response(self, request, response)
        return response


class CheckedSessionMiddleware(SessionMiddleware):
    """Django's session middleware, which ignores a cookie that cannot be a session key: PostgreSQL refuses a NUL in a query."""

    def process_request(self, request: HttpRequest) -> None:
        """Attach the session, without reading it."""
        if not request.COOKIES.get(settings.SESSION_COOKIE_NAME, "").isalnum():
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        super().process_request(request)


class DatabaseDownMiddleware:
    """Returns 503 with `Retry-After` or 413 for failures that a view cannot handle.

    503: the database or the media storage was not reached, or the body was not received. 413: the form is too large.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Convert failures that a view cannot handle into their pages."""
        if isinstance(exception, DATABASE_ERRORS):
            logger.error("the database is not responding", exc_info=exception)
            return database_down_response(request)
        if isinstance(exception, StorageUnavailable):
            logger.error("the media storage is not responding", exc_info=exception)
            return error_page(request, 503, {"Retry-After": str(MEDIA_RETRY_SECONDS)}, staff_words=STORAGE_UNAVAILABLE)
        if isinstance(exception, UnreadablePostError):
            request._mark_post_parse_error()  # type: ignore[attr-defined]
            return error_page(request, 503, {"Retry-After": str(BODY_RETRY_SECONDS)})
        if isinstance(exception, REQUEST_TOO_BIG):
            # The error page must not read the unreadable form again.
            request._mark_post_parse_error()  # type: ignore[attr-defined]
            return error_page(request, 413)
        return None


def database_down_response(request: HttpRequest) -> HttpResponse:
    """Return 503, rendered without the database."""
    return error_page(request, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)})
