"""The way in and out, for members."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from youthpanel.member_auth import services
from youthpanel.member_auth.exceptions import CodeRefused
from youthpanel.member_auth.forms import JoinForm
from youthpanel.member_auth.selectors import database_now
from youthpanel.member_auth.sessions import (
    ENDED,
    PanelFormView,
    can_try_code,
    delete_session_cookies,
    session_key,
    set_session_cookies,
)

OUT: Final = "out"
# The same for every code that lets nobody in.
REFUSAL: Final = _("This code does not work, or does not work any more. Look at your paper once more. If it still does not work, ask the adults of the panel for a new one.")  # fmt: skip


class JoinView(PanelFormView):
    """The code is typed, or stands behind `#` in the address of the QR code, where no server and no other site ever sees it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form; with a word for those whose session has ended, and the way on for those who are in."""
        key = session_key(request)
        member = services.extend_session(key=key, now=database_now()) if key else None
        context = {
            "form": JoinForm(),
            "member": member,
            "ended": member is None and ENDED in request.GET,
            "out": member is None and OUT in request.GET,
        }
        return self.page("join", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Let in whoever has a good code. Wrong ones are counted; after many of a network it has to wait."""
        if not can_try_code(request):
            response = render(request, "429.html", status=429)
            response.headers["Retry-After"] = "600"
            return response
        form = JoinForm(request.POST)
        if not form.is_valid():
            return self.page("join", {"form": form}, status=422)
        try:
            key = services.redeem_code(code=form.cleaned_data["code"], now=database_now())
        except CodeRefused:
            can_try_code(request, wrong=True)
            form.add_error("code", REFUSAL)
            return self.page("join", {"form": form}, status=422)
        if before := session_key(request):
            services.end_session(key=before)
        response = HttpResponseRedirect(reverse("panel-home"), status=303)
        set_session_cookies(response, key)
        return response


class LeaveView(PanelFormView):
    """Out: the session ends here and in the database."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """End it, and say so."""
        if key := session_key(request):
            services.end_session(key=key)
        response = HttpResponseRedirect(f"{reverse('panel-join')}?{OUT}=1", status=303)
        delete_session_cookies(response)
        return response
