"""Staff pages of the sign-in through an OpenID Connect provider. Each is a 404 unless a provider is configured."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import urlencode

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.contrib import admin, messages
from django.contrib.auth import login
from django.contrib.auth.signals import user_login_failed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp.models import Device

from clicksafely.accounts import openid, passkeys
from clicksafely.accounts.forms import SecondFactorForm
from clicksafely.accounts.models import ProviderIdentity, User
from clicksafely.accounts.site import finish_sign_in
from clicksafely.accounts.views import OwnPage
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.staff.pages import ActionPage
from clicksafely.common.staff.site import StaffSite, acting_user

BACKEND: Final = "clicksafely.common.permissions.StaffBackend"
# The account that the provider has signed in and whose second factor is missing: pk, path and time.
PENDING: Final = "openid_pending"
PENDING_SECONDS: Final = 300
# Parameters of a response of the provider; others are dropped.
RESPONSE_PARAMETERS: Final = ("code", "state", "error", "iss")
View = Callable[[HttpRequest], HttpResponse]


def if_enabled(view: View) -> View:
    """Decorate a view: 404 without a provider; never cached."""

    @never_cache
    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if openid.provider() is None:
            raise Http404
        return view(request)

    return checked


@if_enabled
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider in order to sign in."""
    next_path = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(next_path, allowed_hosts=None):
        next_path = ""
    try:
        return redirect(openid.authorization_url(request, purpose=openid.SIGN_IN, next_path=next_path))
    except openid.ProviderFailed:
        return _failed(request, _unreachable(), status=502)


@if_enabled
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Continue to `finish` from a page of this site: the provider's redirect does not send the session's SameSite=Strict cookie."""
    parameters = {name: request.GET[name] for name in RESPONSE_PARAMETERS if name in request.GET}
    return _go_on(request, f"{reverse('admin:openid-finish')}?{urlencode(parameters)}")


@if_enabled
@require_safe
def finish(request: HttpRequest) -> HttpResponse:
    """Process the provider's response: sign in, ask for the second factor, or connect the identity."""
    try:
        claims = openid.read_response(request)
    except openid.ProviderFailed:
        return _failed(request, _("The sign-in was cancelled, took too long or was not valid. Try again."), status=403)
    if claims.purpose == openid.CONNECT:
        return _connect(request, claims)
    identity = openid.find_identity(claims)
    if identity is None:
        return _failed(
            request,
            _(
                "No account here is connected with this identity. Sign in with your password, then connect it on the "
                "page “Two-step sign-in”."
            ),
            status=403,
        )
    if claims.has_second_factor:
        return _sign_in(request, identity.user, identity, claims.next)
    request.session[PENDING] = {"user": identity.user_id, "next": claims.next, "at": int(time.time())}
    return redirect("admin:openid-second-factor")


@if_enabled
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of the account that the provider has signed in."""
    pending = request.session.get(PENDING)
    if not pending or time.time() - pending["at"] > PENDING_SECONDS:
        request.session.pop(PENDING, None)
        return redirect("admin:login")
    user = User.objects.filter(pk=pending["user"], is_active=True, is_staff=True).first()
    if user is None:
        return redirect("admin:login")
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return cast(HttpResponse, get_lockout_response(request, credentials=credentials))
    form = SecondFactorForm(request, user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        del request.session[PENDING]
        return _sign_in(request, user, form.device, pending["next"])
    if form.is_bound:
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return render(
        request,
        "staff/accounts/openid_second_factor.html",
        {**admin.site.each_context(request), "form": form, "title": _("Second step")},
        status=422 if form.is_bound else 200,
    )


@if_enabled
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Send a signed-in member of staff to the provider in order to connect an identity."""
    if not StaffSite.has_permission(admin.site, request):  # type: ignore[arg-type]
        return redirect("admin:login")
    try:
        return _go_on(request, openid.authorization_url(request, purpose=openid.CONNECT))
    except openid.ProviderFailed:
        return _failed(request, _unreachable(), status=502)


class Disconnect(OwnPage[None], ActionPage[None]):
    """Removes the identity of the account."""

    success_message = gettext_lazy("The identity was removed. It no longer signs in.")

    def perform(self) -> None:
        openid.disconnect_identity(actor=self.user, now=self.now)


def _connect(request: HttpRequest, claims: openid.Claims) -> HttpResponse:
    if not StaffSite.has_permission(admin.site, request):  # type: ignore[arg-type]
        return redirect("admin:login")
    try:
        openid.connect_identity(claims=claims, actor=acting_user(request), now=timezone.now())
    except ActionRefused as refused:
        messages.error(request, str(refused.faults[0].message))
    else:
        messages.success(request, _("The identity was connected. It signs in instead of your password."))
    return redirect("admin:second-factors")


def _sign_in(request: HttpRequest, user: User, device: Device, next_path: str) -> HttpResponse:
    """Start a session that `device` verifies, as the sign-in form does."""
    user.otp_device = device  # type: ignore[attr-defined]
    login(request, user, backend=BACKEND)
    if isinstance(device, ProviderIdentity):
        device.set_last_used_timestamp()
    return finish_sign_in(request, user, redirect(next_path or "admin:index"))


def _go_on(request: HttpRequest, url: str) -> HttpResponse:
    return render(request, "staff/accounts/openid_continue.html", {**_texts(request), "url": url})


def _unreachable() -> str:
    return _("The sign-in service does not answer. Sign in with your password, or try again later.")


def _failed(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    passkeys.forget_challenges(request)
    return render(request, "staff/accounts/openid_failed.html", {**_texts(request), "message": message}, status=status)


def _texts(request: HttpRequest) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": _("Sign in")}
