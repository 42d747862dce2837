"""Signing in: name, password and second factor in one form; whatever is wrong, the answer is the same."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

_TOTP_DIGITS = 6


class SignInForm(AdminAuthenticationForm):
    """`otp_token` is a code of the authenticator app (six digits) or one of the recovery codes."""

    otp_token = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from your authenticator app, or a recovery code."),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}),
    )

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "Name, password or code is not right, or the code was used before. Wait for the next code and try again. "
            "Without an authenticator app you cannot enter: ask your supervisor."
        ),
    }

    def clean(self) -> dict[str, Any]:
        """Check the password, then the code. A wrong code counts towards the limit of failures as a wrong password does."""
        cleaned: dict[str, Any] = super().clean()
        user = self.get_user()
        if user is not None and not _verify(user, cleaned.get("otp_token", "").replace(" ", "")):
            credentials = {"username": user.get_username()}
            user_login_failed.send(sender=__name__, credentials=credentials, request=self.request)
            raise self.get_invalid_login_error()
        return cleaned


def _verify(user: User, token: str) -> bool:
    """Use up `token` at one of the user's devices, which sign-in then marks as verified."""
    kind = TOTPDevice if token.isdigit() and len(token) == _TOTP_DIGITS else StaticDevice
    with transaction.atomic():
        for device in kind.objects.devices_for_user(user, confirmed=True).select_for_update():
            if device.verify_is_allowed()[0] and device.verify_token(token):
                user.otp_device = device  # type: ignore[attr-defined]
                return True
    return False
