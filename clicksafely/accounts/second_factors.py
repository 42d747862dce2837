"""Second factors that members of staff manage themselves, and the rule that may demand a passkey."""

import secrets
import time
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_otp import login as mark_verified
from django_otp.oath import TOTP
from django_otp_webauthn.models import WebAuthnCredential

from clicksafely.accounts import enrolment, passkeys
from clicksafely.accounts.models import TOTP_KEY_BYTES, AuthenticatorApp, RecoveryCodeSet, User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import role_permissions_of

# Each of these permissions opens texts, contacts, pictures or identities that are stored sealed.
OPENS_SEALED_CONTENT: Final = frozenset(
    {
        "hotline.work_case",
        "hotline.annotate_case",
        "hotline.handle_mail",
        "hotline.handle_complaint",
        "hotline.manage_quarantine",
        "hotline.answer_data_request",
        "events.change_booking",
        "youthpanel.open_identity",
        "youthpanel.open_safeguardingnote",
    }
)


class WrongCode(ActionRefused):
    """The typed code does not belong to the shown key."""

    reason = _("The code does not fit. Check the clock of the phone, wait for the next code and try again.")
    field = "otp_token"


def passkey_missing(user: Any) -> bool:
    """Return whether the account must use a passkey (PASSKEY_REQUIRED, by permission) and this session did not."""
    return (
        settings.PASSKEY_REQUIRED
        and not isinstance(user.otp_device, WebAuthnCredential)
        and not role_permissions_of(user).isdisjoint(OPENS_SEALED_CONTENT)
    )


def has_lasting_factor(user: User) -> bool:
    """Return whether the account has a factor besides recovery codes."""
    return any(
        kind.objects.filter(user=user, confirmed=True).exists() for kind in (AuthenticatorApp, WebAuthnCredential)
    )


def check_may_change(user: User) -> None:
    """Raise ActionRefused if a session without passkey would change the factors of an account that must use its passkey."""
    if passkey_missing(user) and WebAuthnCredential.objects.filter(user=user).exists():
        raise ActionRefused(_("Sign in with your passkey first."))


def add_passkey(*, request: HttpRequest, actor: User, name: str, response: str, now: datetime) -> WebAuthnCredential:
    """Add the passkey that the browser has just created. It also verifies a session that lacks one. Raises ActionRefused."""
    check_may_change(actor)
    try:
        with transaction.atomic():
            passkey = passkeys.register(request, actor, response)
            passkey.name = name
            passkey.save(update_fields=["name"])
            audit_log.record(action="staff.passkey_added", subject=actor, actor=actor, now=now, data={"id": passkey.pk})
    except (passkeys.InvalidPasskey, IntegrityError) as error:
        raise ActionRefused(_("The passkey was not added. Try again.")) from error
    if passkey_missing(actor):
        mark_verified(request, passkey)
    return passkey


def rename_passkey(*, passkey: WebAuthnCredential, actor: User, name: str, now: datetime) -> None:
    """Change the name of a passkey."""
    check_may_change(actor)
    with transaction.atomic():
        passkey.name = name
        passkey.save(update_fields=["name"])
        audit_log.record(action="staff.passkey_renamed", subject=actor, actor=actor, now=now, data={"id": passkey.pk})


def remove_passkey(*, passkey: WebAuthnCredential, actor: User, now: datetime) -> None:
    """Remove a passkey, unless it is the only factor; a session that it verified loses access. Raises ActionRefused."""
    check_may_change(actor)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)
        data = {"id": passkey.pk}
        passkey.delete()
        if not has_lasting_factor(actor):
            raise ActionRefused(_("This is your only second factor. Add another one first."))
        audit_log.record(action="staff.passkey_removed", subject=actor, actor=actor, now=now, data=data)


def new_app_key() -> bytes:
    """Return a random key for an authenticator app."""
    return secrets.token_bytes(TOTP_KEY_BYTES)


def replace_authenticator_app(*, actor: User, key: bytes, code: str, now: datetime) -> AuthenticatorApp:
    """Store an app with `key` instead of the earlier ones, if `code` is one that it shows now. Raises ActionRefused."""
    check_may_change(actor)
    totp = TOTP(key, AuthenticatorApp.STEP, 0, AuthenticatorApp.DIGITS)
    totp.time = time.time()
    is_code = code.isdecimal() and len(code) == AuthenticatorApp.DIGITS
    if not (is_code and totp.verify(int(code), AuthenticatorApp.TOLERANCE)):
        raise WrongCode
    with transaction.atomic():
        # The same row, because it may have verified this session.
        app = AuthenticatorApp.objects.filter(user=actor).first() or AuthenticatorApp(user=actor, name="app")
        app.set_key(key)
        # The typed code does not also sign in.
        app.drift, app.last_t, app.confirmed = totp.drift, totp.t(), True
        app.save()
        AuthenticatorApp.objects.filter(user=actor).exclude(pk=app.pk).delete()
        audit_log.record(action="staff.authenticator_app_replaced", subject=actor, actor=actor, now=now)
    return app


def replace_recovery_codes(*, actor: User, now: datetime) -> tuple[str, ...]:
    """Return new recovery codes, which replace the earlier ones. Raises ActionRefused."""
    check_may_change(actor)
    with transaction.atomic():
        codes = enrolment.replace_recovery_codes(user=actor)
        audit_log.record(action="staff.recovery_codes_replaced", subject=actor, actor=actor, now=now)
    return codes


def recovery_codes_left(user: User) -> int:
    """Return the number of unused recovery codes."""
    return sum(len(each.digests) for each in RecoveryCodeSet.objects.filter(user=user))
