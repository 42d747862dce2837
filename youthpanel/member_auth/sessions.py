"""Session cookies of members, and the base views of pages that need a session."""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from clicksafely.common.clock import database_now
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.i18n.language import LANGUAGES
from youthpanel.member_auth import services
from youthpanel.member_auth.forms import JoinForm
from youthpanel.models import Member

ENDED: Final = "ended"
MAX_KEPT_LENGTH: Final = 4_000


def cookie_name(language: str) -> str:
    """Return the cookie of a language. Its path limits it to the panel pages of that language."""
    return f"{'__Secure-' if settings.SECURE_HTTPS else ''}panel-{language}"


def set_session_cookies(response: HttpResponse, key: str) -> None:
    """Set the session key in the cookies of all languages. They are session cookies."""
    for language in LANGUAGES:
        response.set_cookie(
            cookie_name(language),
            key,
            path=f"/{language}/youth-panel/",
            secure=settings.SECURE_HTTPS,
            httponly=True,
            samesite="Strict",
        )


def delete_session_cookies(response: HttpResponse) -> None:
    for language in LANGUAGES:
        response.delete_cookie(cookie_name(language), path=f"/{language}/youth-panel/", samesite="Strict")


def session_key(request: HttpRequest) -> str:
    """Return the session key of the request; empty without a cookie."""
    return request.COOKIES.get(cookie_name(str(request.LANGUAGE_CODE)), "")


def can_try_code(request: HttpRequest, *, wrong: bool = False) -> bool:
    """Return whether this client network may try a code; `wrong` counts a wrong code."""
    return not limits.WRONG_MEMBER_CODES.is_over(request, step=int(wrong))


class PanelFormView(CookielessFormMixin, View):
    """A members' page with forms. The form token checks the origin, because the cookie only identifies the member."""

    form_purpose = "panel"

    def page(self, name: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        """Render the template `name` of the members' pages."""
        context = {"form_token": self.form_token(), **context}
        return render(self.request, f"public/youthpanel/members/{name}.html", context, status=status)


class MemberView(PanelFormView):
    """A page that needs a session. `member` is the signed-in member, `now` the time of the database.

    Subclasses define `show` and `act`. Without a session, GET redirects to the join page. POST shows the submitted text
    once more, to be copied.
    """

    member: Member

    def get(self, request: HttpRequest, **address: str) -> HttpResponse:
        if self._knock(request):
            return self.show(**address)
        ended = f"?{ENDED}=1" if session_key(request) else ""
        return HttpResponseRedirect(f"{reverse('panel-join')}{ended}")

    def post(self, request: HttpRequest, **address: str) -> HttpResponse:
        if self._knock(request):
            return self.act(**address)
        response = self.page(
            "join", {"form": JoinForm(), "ended": True, "unsaved_text": submitted_text(request)}, status=403
        )
        delete_session_cookies(response)
        return response

    def show(self, **address: str) -> HttpResponse:
        """Respond to GET."""
        raise NotImplementedError

    def act(self, **address: str) -> HttpResponse:
        """Respond to POST."""
        raise NotImplementedError

    def page(self, name: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        """Render the page with the member's pseudonym."""
        member = getattr(self, "member", None)
        return super().page(name, {"member": member, **context}, status=status)

    def _knock(self, request: HttpRequest) -> bool:
        self.now = database_now()
        key = session_key(request)
        member = services.extend_session(key=key, now=self.now) if key else None
        if member is not None:
            self.member = member
        return member is not None


def submitted_text(request: HttpRequest) -> str:
    """Return the texts of a rejected form, as one text."""
    own = {"form_token", "act", "id"}
    texts = [
        value.strip()
        for name in request.POST
        if name not in own
        for value in request.POST.getlist(name)
        if value.strip()
    ]
    return "\n\n".join(text for text in texts if not text.lstrip("-").isdigit())[:MAX_KEPT_LENGTH]
