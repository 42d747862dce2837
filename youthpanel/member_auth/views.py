"""Views for members to join with a code and to leave."""

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
# The same message for every rejected code.
REFUSAL: Final = _("This code does not work, or does not work any more. Look at your paper once more. If it still does not work, ask the adults of the panel for a new one.")  # fmt: skip


class JoinView(PanelFormView):
    """Join with a code, typed or from the fragment of a QR code's URL. The fragment is never sent to a server."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form, with a message after an ended session, and a link for signed-in members."""
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
        """Redeem the code. Wrong codes are counted and rate-limited per client network."""
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
    """Sign out: the session ends in the database and the cookies are deleted."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """End the session and confirm it."""
        if key := session_key(request):
            services.end_session(key=key)
        response = HttpResponseRedirect(f"{reverse('panel-join')}?{OUT}=1", status=303)
        delete_session_cookies(response)
        return response
