"""Forms without a cookie: check of the origin of a POST, and the response to foreign ones."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from clicksafely.common.crypto.form_state import (
    StateExpired,
    StateInvalid,
    StateTooLarge,
    open_state,
    seal_state,
    state_digest,
)

__all__ = [
    "HONEYPOT",
    "TOKEN_FIELD",
    "CookielessFormMixin",
    "StateExpired",
    "StateInvalid",
    "StateTooLarge",
    "is_honeypot_filled",
    "open_state",
    "seal_state",
    "state_digest",
]

TOKEN_FIELD = "form_token"  # noqa: S105  the name of a field
# A field hidden from people that bots fill in.
HONEYPOT = "website"


def is_honeypot_filled(request: HttpRequest) -> bool:
    """Return whether the POST filled in the honeypot field."""
    return bool(request.POST.get(HONEYPOT))


class CookielessFormMixin:
    """A class-based view whose POST is protected by its origin instead of a cookie.

    Accepts `Sec-Fetch-Site: same-origin`. Without that header, accepts an `Origin` equal to our own. Without both,
    accepts a `form_token` of `form_token()`, at most two hours old. Other requests receive the page `403.html`, or with
    an older token `expired_form`. Responses are `no-store`. Their `Referrer-Policy` is `same-origin`, because browsers
    send `Origin: null` under `no-referrer`.
    """

    form_purpose: str

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Exempt the view from the CSRF cookie."""
        view = super().as_view(**initkwargs)  # type: ignore[misc]
        view.csrf_exempt = True
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse a foreign POST before the view runs."""
        if request.method == "POST" and hasattr(self, "post") and not self.is_own_form(request):
            response = self.expired_form(request) if self._is_token_expired(request) else foreign_form_response(request)
        else:
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def is_own_form(self, request: HttpRequest) -> bool:
        """Return whether this POST comes from a page of this site (W3C Fetch Metadata; RFC 6454 for `Origin`)."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        origin = request.headers.get("Origin")
        if origin is not None:
            return origin == f"{request.scheme}://{request.get_host()}"
        try:
            open_state(request.POST.get(TOKEN_FIELD, ""), purpose=self._token_purpose)
        except (StateInvalid, StateExpired):
            return False
        return True

    def expired_form(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response to a POST without both headers whose token is older than two hours.

        A view may show the form with what was posted, and must change nothing: any site can send this request.
        """
        return foreign_form_response(request)

    def _is_token_expired(self, request: HttpRequest) -> bool:
        if "Sec-Fetch-Site" in request.headers or "Origin" in request.headers:
            return False
        try:
            open_state(request.POST.get(TOKEN_FIELD, ""), purpose=self._token_purpose)
        except StateExpired:
            return True
        except StateInvalid:
            pass
        return False

    def form_token(self) -> str:
        """Return the value of the hidden field `TOKEN_FIELD`, new for every page."""
        return seal_state({}, purpose=self._token_purpose)

    @property
    def _token_purpose(self) -> str:
        return f"form token {self.form_purpose}"


def foreign_form_response(request: HttpRequest) -> HttpResponseBase:
    """Return 403 with instructions: open the form on this site and send it again."""
    reason = _("This form was sent from another site, so we did not accept it. Nothing was saved.")
    advice = _(
        "Open the form again on this site and send it from there. The Back button of your browser may restore "
        "your text."
    )
    return render(request, "403.html", {"reason": reason, "advice": advice}, status=403)
