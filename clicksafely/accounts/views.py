"""Staff pages of second factors and of the recovery of accounts."""

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import segno
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import classonlymethod
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp_webauthn.models import WebAuthnCredential

from clicksafely.accounts import openid, passkeys, recovery, second_factors
from clicksafely.accounts.forms import AuthenticatorAppForm, NewPasskeyForm, PasskeyNameForm, RecoveryRequestForm
from clicksafely.accounts.models import AccountRecovery, AuthenticatorApp, otpauth_url
from clicksafely.common.crypto import form_state
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import administers_accounts
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage, StaffPage
from clicksafely.common.staff.site import StaffSite


@never_cache
@require_POST
def passkey_challenge(request: HttpRequest) -> HttpResponse:
    """Return the challenge of a sign-in, the same for all accounts."""
    return JsonResponse(passkeys.begin_sign_in(request))


class OwnPage[T](StaffPage[T]):
    """A page about the second factors of the signed-in account, also open if the account still lacks a demanded passkey."""

    @classonlymethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """Return the view, protected by sign-in with any second factor."""
        view = super(StaffPage, cls).as_view(**initkwargs)

        @never_cache
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not StaffSite.has_permission(cast(StaffSite, admin.site), request):
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            return view(request, *args, **kwargs)

        return page

    def get_url(self) -> str:
        return reverse("admin:second-factors")


class SecondFactors(OwnPage[None], DetailPage[None]):
    """The second factors of the account."""

    template_name = "staff/accounts/second_factors.html"
    title = _("Two-step sign-in")

    def get_context(self) -> dict[str, Any]:
        owned = WebAuthnCredential.objects.filter(user=self.user).order_by("created_at")
        missing = second_factors.passkey_missing(self.user)
        provider = openid.provider()
        return {
            "passkeys": owned,
            "app": AuthenticatorApp.objects.filter(user=self.user, confirmed=True).first(),
            "codes_left": second_factors.recovery_codes_left(self.user),
            "passkey_missing": missing,
            "locked": missing and owned.exists(),
            "form": NewPasskeyForm(),
            "provider": provider,
            "identity": openid.identity_of(self.user) if provider else None,
        }


class PasskeyRegistration(OwnPage[None], View):
    """The options with which the browser creates a passkey."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            second_factors.check_may_change(self.user)
        except ActionRefused as refused:
            raise PermissionDenied from refused
        return JsonResponse(passkeys.begin_registration(request, self.user))


class AddPasskey(FormPage[None, NewPasskeyForm], SecondFactors):
    """Stores the passkey that the browser has created."""

    form_class = NewPasskeyForm
    success_message = _("The passkey was added.")

    def save(self, form: NewPasskeyForm) -> None:
        second_factors.add_passkey(
            request=self.request,
            actor=self.user,
            name=form.cleaned_data["name"],
            response=form.cleaned_data["passkey"],
            now=self.now,
        )


class OwnPasskey(OwnPage[WebAuthnCredential]):
    """A page about one passkey of the signed-in account."""

    def get_object(self) -> WebAuthnCredential:
        passkey = WebAuthnCredential.objects.filter(user=self.user, pk=self.kwargs["passkey_id"]).first()
        if passkey is None:
            raise Http404
        return passkey


class RenamePasskey(OwnPasskey, FormPage[WebAuthnCredential, PasskeyNameForm]):
    """Changes the name of a passkey."""

    form_class = PasskeyNameForm
    title = _("Rename passkey")
    success_message = _("The name was changed.")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.object.name}

    def save(self, form: PasskeyNameForm) -> None:
        second_factors.rename_passkey(
            passkey=self.object, actor=self.user, name=form.cleaned_data["name"], now=self.now
        )


class RemovePasskey(OwnPasskey, ActionPage[WebAuthnCredential]):
    """Removes a passkey."""

    success_message = _("The passkey was removed.")

    def perform(self) -> None:
        second_factors.remove_passkey(passkey=self.object, actor=self.user, now=self.now)


class ReplaceAuthenticatorApp(OwnPage[None], FormPage[None, AuthenticatorAppForm]):
    """Shows a new key, which replaces that of the account once its code is typed."""

    template_name = "staff/accounts/authenticator_app.html"
    form_class = AuthenticatorAppForm
    title = _("Replace app")
    success_message = _("The authenticator app was replaced. Codes of the former one are no longer valid.")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        key = second_factors.new_app_key()
        state = form_state.seal_state({"key": key.hex()}, purpose=self._purpose)
        return self.render(form=AuthenticatorAppForm(initial={"key": state}), **self._shown(key))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            state = form_state.open_state(request.POST.get("key", ""), purpose=self._purpose)
        except (form_state.StateInvalid, form_state.StateExpired):
            return redirect(request.path)
        self._key = bytes.fromhex(state["key"])
        return super().post(request, **kwargs)

    def save(self, form: AuthenticatorAppForm) -> None:
        second_factors.replace_authenticator_app(
            actor=self.user, key=self._key, code=form.cleaned_data["otp_token"], now=self.now
        )

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Show the key again beside an error."""
        shown = self._shown(self._key) if status != 200 else {}
        return super().render(status=status, **shown, **context)

    @property
    def _purpose(self) -> str:
        return f"authenticator app {self.user.pk}"

    def _shown(self, key: bytes) -> dict[str, Any]:
        """Return the key as a picture and as letters in groups of four."""
        secret = base64.b32encode(key).decode()
        code = segno.make_qr(otpauth_url(username=self.user.get_username(), key=key))
        return {
            "picture": code.svg_data_uri(scale=5, border=4, light="#fff", dark="#000"),
            "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        }


class NewRecoveryCodes(OwnPage[None], ActionPage[None]):
    """Replaces the recovery codes and shows the new ones once."""

    template_name = "staff/accounts/recovery_codes.html"
    title = _("New recovery codes")

    def perform(self) -> HttpResponse:
        codes = second_factors.replace_recovery_codes(actor=self.user, now=self.now)
        return self.render(codes=codes)


class Recoveries(DetailPage[None]):
    """Requests to recover accounts, for supervisors and administrators."""

    permissions = ()
    template_name = "staff/accounts/recoveries.html"
    title = _("Recovery of accounts")

    def get_object(self) -> None:
        if not (recovery.may_request(self.user) or administers_accounts(self.user)):
            raise PermissionDenied

    def get_url(self) -> str:
        return reverse("admin:account-recoveries")

    def get_context(self) -> dict[str, Any]:
        return {
            "recoveries": recovery.open_recoveries(self.now),
            "may_request": recovery.may_request(self.user),
            "may_approve": administers_accounts(self.user),
            "form": RecoveryRequestForm(),
        }


class RequestRecovery(FormPage[None, RecoveryRequestForm], Recoveries):
    """Requests a recovery and shows the supervisor's half of the code once."""

    form_class = RecoveryRequestForm

    def save(self, form: RecoveryRequestForm) -> HttpResponse:
        username = form.cleaned_data["username"]
        half = recovery.request_recovery(username=username, actor=self.user, now=self.now)
        return self.render(half=half, half_of=username, first_half=True)


class OneRecovery(ActionPage[None], Recoveries):
    """An action on one request."""

    def get_recovery(self) -> AccountRecovery:
        """Return the request. Raises Http404."""
        found = recovery.open_recoveries(self.now).filter(pk=self.kwargs["recovery_id"]).first()
        if found is None:
            raise Http404
        return found


class ApproveRecovery(OneRecovery):
    """Replaces the second factors of the account and shows the administrator's half of the code once."""

    def perform(self) -> HttpResponse:
        found = self.get_recovery()
        half = recovery.approve_recovery(recovery=found, actor=self.user, now=self.now)
        return self.render(half=half, half_of=found.user.get_username(), first_half=False)


class RejectRecovery(OneRecovery):
    """Deletes a request."""

    success_message = _("The request was rejected.")

    def perform(self) -> None:
        recovery.reject_recovery(recovery=self.get_recovery(), actor=self.user, now=self.now)
