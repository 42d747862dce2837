"""Forms of sign-in and of second factors. Sign-in has one error message for all failures."""

from typing import Any, cast

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from clicksafely.accounts import passkeys
from clicksafely.accounts.models import AuthenticatorApp, RecoveryCodeSet, User
from clicksafely.common.fields import PlainLineField

_CODE_INPUT = {"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false", "required": True}


class SignInForm(AdminAuthenticationForm):
    """`otp_token` is a code of the authenticator app (six digits) or a recovery code; `passkey`, from a script, replaces it."""

    otp_token = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from your authenticator app, or a recovery code."),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs=_CODE_INPUT),
    )
    passkey = forms.CharField(required=False, max_length=passkeys.MAX_RESPONSE, widget=forms.HiddenInput)

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "The user name, password or code is wrong, or the code was already used. Wait for the next code "
            "and try again. You need an authenticator app or a passkey to sign in. Ask your supervisor."
        ),
    }

    def clean(self) -> dict[str, Any]:
        """Check the password, then the second factor. Any failure counts towards the limit like a wrong password."""
        cleaned: dict[str, Any] = super().clean()
        user = self.get_user()
        if user is not None and not verify_second_factor(cast(HttpRequest, self.request), user, cleaned):
            credentials = {"username": user.get_username()}
            user_login_failed.send(sender=__name__, credentials=credentials, request=self.request)
            raise self.get_invalid_login_error()
        return cleaned


def verify_second_factor(request: HttpRequest, user: User, cleaned: dict[str, Any]) -> bool:
    """Set the verified device of `user`, which sign-in then marks; return whether there is one."""
    response = cleaned.get("passkey")
    if not response:
        passkeys.forget_challenges(request)
        return _verify_code(user, cleaned.get("otp_token", "").replace(" ", ""))
    try:
        user.otp_device = passkeys.verify_sign_in(request, user, response)  # type: ignore[attr-defined]
    except passkeys.InvalidPasskey:
        return False
    return True


def _verify_code(user: User, token: str) -> bool:
    """Consume `token` at one of the user's devices."""
    is_app_code = token.isdecimal() and len(token) == AuthenticatorApp.DIGITS
    kind: type[AuthenticatorApp | RecoveryCodeSet] = AuthenticatorApp if is_app_code else RecoveryCodeSet
    with transaction.atomic():
        for device in kind.objects.devices_for_user(user, confirmed=True).select_for_update():
            if device.verify_token(token):
                user.otp_device = device  # type: ignore[attr-defined]
                return True
    return False


class SecondFactorForm(forms.Form):
    """The second factor alone, of an account that a provider has signed in. When valid, `device` is the verified one."""

    otp_token = SignInForm.base_fields["otp_token"]
    passkey = SignInForm.base_fields["passkey"]
    device: Device

    def __init__(self, request: HttpRequest, user: User, data: Any = None) -> None:
        super().__init__(data)
        self._request, self._user = request, user

    def clean(self) -> dict[str, Any]:
        """Check the code or the passkey."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not verify_second_factor(self._request, self._user, cleaned):
            raise ValidationError(_("The code is wrong or was already used. Wait for the next code and try again."))
        self.device = self._user.otp_device  # type: ignore[attr-defined]
        return cleaned


class PasskeyNameForm(forms.Form):
    """The name by which its owner recognises a passkey."""

    name = PlainLineField(label=_("Name of the passkey"), max_length=64)


class NewPasskeyForm(PasskeyNameForm):
    """`passkey` is the browser's response, from a script."""

    passkey = forms.CharField(required=False, max_length=passkeys.MAX_RESPONSE, widget=forms.HiddenInput)

    def clean_passkey(self) -> str:
        """Without a script there is no response."""
        response: str = self.cleaned_data["passkey"]
        if not response:
            raise ValidationError(_("Passkeys need JavaScript. Use an authenticator app without it."))
        return response


class AuthenticatorAppForm(forms.Form):
    """`key` is the sealed state of the form: the shown key."""

    otp_token = forms.CharField(
        label=_("Code"),
        help_text=_("The six digits that the app shows now."),
        max_length=16,
        widget=forms.TextInput(attrs=_CODE_INPUT),
    )
    key = forms.CharField(max_length=4096, widget=forms.HiddenInput)

    def clean_otp_token(self) -> str:
        """Return the code without spaces."""
        return str(self.cleaned_data["otp_token"]).replace(" ", "")


class RecoveryRequestForm(forms.Form):
    """The account whose second factors are lost."""

    username = PlainLineField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
