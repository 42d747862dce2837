"""Views for members to open a slip, to choose its pictures, and to leave."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clicksafely.common.clock import database_now
from youthpanel.member_auth import codes, selectors, services
from youthpanel.member_auth.forms import ChoosePicturesForm, JoinForm
from youthpanel.member_auth.sessions import (
    ENDED,
    PanelFormView,
    can_try_code,
    delete_session_cookies,
    session_key,
    set_session_cookies,
)

OUT: Final = "out"
# The same message for every rejected slip.
REFUSAL: Final = _(
    "The code or the pictures are not right. Check your paper, and choose your six pictures again, in "
    "your order. After ten wrong tries in a row a paper stops working: then ask the adults of the panel for a new one."
)
NO_PICTURES: Final = _(
    "Choose your six pictures. If you have not chosen any yet, the code is not right, or the paper no "
    "longer works: check it, or ask the adults of the panel for a new one."
)


class SlipView(PanelFormView):
    """Base of the pages that open a slip. Wrong slips are counted and rate-limited per client network."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Refuse networks with too many wrong slips."""
        if not can_try_code(request):
            response = render(request, "429.html", status=429)
            response.headers["Retry-After"] = "600"
            return response
        return self.open_slip(request)

    def open_slip(self, request: HttpRequest) -> HttpResponse:
        """Respond to POST within the limit."""
        raise NotImplementedError

    def sign_in(self, key: str) -> HttpResponse:
        """Redirect to the members' start page with the session `key`, which replaces the session of this browser."""
        if before := session_key(self.request):
            services.end_session(key=before)
        response = HttpResponseRedirect(reverse("panel-home"), status=303)
        set_session_cookies(response, key)
        return response

    def refuse(self, form: JoinForm, message: object) -> HttpResponse:
        """Count a wrong slip and show the form with the message."""
        can_try_code(self.request, wrong=True)
        form.full_clean()
        form.add_error("pictures", str(message))
        return self.page("join", {"form": form}, status=422)


class JoinView(SlipView):
    """Open a slip. Its code is typed or from the fragment of a QR code's URL, which is never sent to a server."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the form, with a message after an ended session, and a link for signed-in members."""
        key = session_key(request)
        member = services.extend_session(key=key, now=database_now()) if key else None
        context = {
            "form": JoinForm(),
            "member": member,
            "ended": member is None and ENDED in request.GET,
            "out": member is None and OUT in request.GET,
        }
        return self.page("join", context)

    def open_slip(self, request: HttpRequest) -> HttpResponse:
        """Sign in, or show the page to choose pictures at the first visit with this slip."""
        form = JoinForm(request.POST)
        if not form.is_valid():
            return self.page("join", {"form": form}, status=422)
        code, now = form.cleaned_data["code"], database_now()
        if selectors.awaits_pictures(codes.digest(code), now=now):
            return self.page("pictures", {"form": ChoosePicturesForm(initial={"code": code})})
        if not form.cleaned_data["pictures"]:
            return self.refuse(form, NO_PICTURES)
        try:
            return self.sign_in(services.sign_in(code=code, chosen=form.cleaned_data["pictures"], now=now))
        except services.CodeRefused:
            return self.refuse(form, REFUSAL)


class ChoosePicturesView(SlipView):
    """Choose the pictures of a slip at the first visit. The page is the response of `JoinView`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the form for the code."""
        return HttpResponseRedirect(reverse("panel-join"))

    def open_slip(self, request: HttpRequest) -> HttpResponse:
        """Store the pictures and sign in."""
        form = ChoosePicturesForm(request.POST)
        if not form.is_valid():
            if form.has_error("code"):
                return self.page("join", {"form": JoinForm(request.POST)}, status=422)
            return self.page("pictures", {"form": form}, status=422)
        code, chosen = form.cleaned_data["code"], form.cleaned_data["pictures"]
        try:
            return self.sign_in(services.choose_pictures(code=code, chosen=chosen, now=database_now()))
        except services.CodeRefused:
            return self.refuse(JoinForm(request.POST), REFUSAL)


class LeaveView(PanelFormView):
    """Sign out: the session ends in the database and the cookies are deleted."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """End the session and confirm it."""
        if key := session_key(request):
            services.end_session(key=key)
        response = HttpResponseRedirect(f"{reverse('panel-join')}?{OUT}=1", status=303)
        delete_session_cookies(response)
        return response
