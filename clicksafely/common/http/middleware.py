"""Headers of every answer, the request's id, and pages for a database that is away and for a form that is too big."""

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
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
DATABASE_ERRORS = (OperationalError, InterfaceError)
REQUEST_TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)

# Powerful features that browsers know by these names (W3C Permissions Policy); a name unknown to one is an error in its console.
DENIED_FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope",
    "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in DENIED_FEATURES)


class RequestIdMiddleware:
    """Gives every request a random id: in its log lines, and in the header of an answer that somebody may ask about."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = secrets.token_hex(6)
        token = request_id.set(number)
        # Django's own line about an error is written when no middleware is at work any more.
        request.request_id = number  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            if response.status_code >= 400:
                response.headers["X-Request-ID"] = number
            return response
        finally:
            request_id.reset(token)


class SecurityHeadersMiddleware(SecurityMiddleware, ContentSecurityPolicyMiddleware):
    """Django's security and CSP middleware in one, with the headers they lack; a header that a view has set stays.

    Nothing may be stored by anybody unless its view says so. The staff side may use a nonce in its scripts and styles, and tells its
    own pages where a form came from, which Django's CSRF check needs.
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
        """Give the request its nonce; send plain HTTP to HTTPS where the settings want it; refuse TRACE, which repeats what it was sent."""
        ContentSecurityPolicyMiddleware.process_request(self, request)
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return SecurityMiddleware.process_request(self, request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Set every header that is not there yet."""
        staff = request.path.startswith(STAFF_PREFIX)
        if staff and not hasattr(response, "_csp_config"):
            response._csp_config = self.staff_csp  # type: ignore[attr-defined]
        headers = response.headers
        headers.setdefault("Referrer-Policy", "same-origin" if staff else "no-referrer")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("Cache-Control", "no-store")
        SecurityMiddleware.process_response(self, request, response)
        ContentSecurityPolicyMiddleware.process_response(self, request, response)
        return response


class DatabaseDownMiddleware:
    """Answers 503 with `Retry-After` when a view could not reach the database or the media, and 413 when a form was too big to read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn the kinds of failure that a view cannot know of into their pages."""
        if isinstance(exception, DATABASE_ERRORS):
            logger.error("the database did not answer", exc_info=exception)
            return database_down_response(request)
        if isinstance(exception, StorageUnavailable):
            logger.error("the place of the media did not answer", exc_info=exception)
            return error_page(request, 503, {"Retry-After": str(MEDIA_RETRY_SECONDS)}, staff_words=STORAGE_UNAVAILABLE)
        if isinstance(exception, REQUEST_TOO_BIG):
            # What could not be read once must not be read again by the page that says so.
            request._mark_post_parse_error()  # type: ignore[attr-defined]
            return error_page(request, 413)
        return None


def database_down_response(request: HttpRequest) -> HttpResponse:
    """The answer 503, drawn without asking the database."""
    return error_page(request, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)})
