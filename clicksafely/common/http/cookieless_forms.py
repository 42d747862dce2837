"""Forms without a cookie: who may post one, and what is told to everybody else."""

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
# A field that people do not see and programs like to fill in.
HONEYPOT = "website"


def is_honeypot_filled(request: HttpRequest) -> bool:
    """Whether the post filled in the field that no person sees."""
    return bool(request.POST.get(HONEYPOT))


class CookielessFormMixin:
    """A class-based view whose POST is protected by where it comes from instead of a cookie.

    `Sec-Fetch-Site: same-origin` is accepted; where a browser does not send it, an `Origin` equal to our own; where there is neither,
    a `form_token` that `form_token()` made, at most two hours old. Everything else is answered with the page `403.html`.
    Every answer is `no-store`, and its `Referrer-Policy` is `same-origin`, for under `no-referrer` a browser sends `Origin: null`.
    """

    form_purpose: str

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Exempt the view from the CSRF cookie, which it does without."""
        view = super().as_view(**initkwargs)  # type: ignore[misc]
        view.csrf_exempt = True
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse a foreign POST before the view sees it."""
        if request.method == "POST" and hasattr(self, "post") and not self.is_own_form(request):
            response = foreign_form_response(request)
        else:
            response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def is_own_form(self, request: HttpRequest) -> bool:
        """Whether this POST left a page of ours (W3C Fetch Metadata; RFC 6454 for `Origin`)."""
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

    def form_token(self) -> str:
        """The value of the hidden field `TOKEN_FIELD`, fresh for every page."""
        return seal_state({}, purpose=self._token_purpose)

    @property
    def _token_purpose(self) -> str:
        return f"form token {self.form_purpose}"


def foreign_form_response(request: HttpRequest) -> HttpResponseBase:
    """Answer 403 with a page that says what to do: open the form here, in this browser, and send it again."""
    reason = _("This form was not sent from our own page, so we did not accept it. Nothing was saved.")
    advice = _(
        "Open the form again on this site and send it from there. The Back button of your browser may still bring back what you wrote."
    )
    return render(request, "403.html", {"reason": reason, "advice": advice}, status=403)
