"""The user model of the project, and its second factors: authenticator apps and recovery codes."""

import base64
import hashlib
import hmac
import logging
import secrets
import time
import uuid
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from clicksafely.common.crypto.key_rotation import SealedColumn
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.data_inventory import CODES, DIGEST, SEALED, STAFF, STAFF_TEXT

logger = logging.getLogger(__name__)

UNTIL_CLOSED: Final = "until the account is closed permanently"
UNTIL_DELETED: Final = "until the person deletes it or the account is closed permanently"
A_DAY: Final = "until approved or rejected, a day at most"
TOTP_KEY_BYTES: Final = 20
# 16 MB and about 50 ms for each guess of a recovery code with 59 random bits.
_SCRYPT: Final = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


class User(AbstractUser):  # type: ignore[django-manager-missing]  # the managers of django-otp are untyped
    """A staff account. A custom user model allows additional fields later."""


class AuthenticatorApp(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc]
    """An authenticator app that shows six digits every 30 seconds (TOTP, RFC 6238).

    django-otp's own model stores the key in clear. Here it is sealed, so that a copy of the database or a backup does
    not suffice to sign in.
    """

    STEP: Final = 30
    DIGITS: Final = 6
    # Accepted steps before and after the current one.
    TOLERANCE: Final = 1
    KEY: Final = SealedColumn(ring="accounts", column="sealed_key", table="accounts_authenticatorapp", field="key")
    sealed_fields = (KEY,)
    field_inventory = {
        (STAFF, UNTIL_CLOSED): "user",
        (SEALED, UNTIL_CLOSED): "sealed_key",
        (CODES, UNTIL_CLOSED): (
            "name confirmed throttling_failure_timestamp throttling_failure_count created_at last_used_at drift last_t"
        ),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed_key = models.BinaryField(editable=False)
    # Steps by which the app's clock deviates from the server's.
    drift = models.SmallIntegerField(default=0, editable=False)
    # The step of the last accepted code; later codes have a higher one.
    last_t = models.BigIntegerField(default=-1, editable=False)

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")

    def set_key(self, key: bytes) -> None:
        """Seal `key` into this row, without saving it. Raises NoPublicKey."""
        self.KEY.seal(self, key)

    def totp(self, *, now: float) -> TOTP:
        """Return the algorithm at `now` (seconds since 1970). Raises SealError."""
        totp = TOTP(self.KEY.open(self), self.STEP, 0, self.DIGITS, self.drift)
        totp.time = now
        return totp

    def verify_token(self, token: str) -> bool:
        """Return whether `token` is a code of now that was not used before; record its use. The caller has locked the row."""
        if not self.verify_is_allowed()[0]:
            return False
        try:
            totp = self.totp(now=time.time())
        except SealError as error:
            logger.error("the key of an authenticator app cannot be opened: %s", type(error).__name__)
            return False
        is_code = token.isdecimal() and len(token) == self.DIGITS
        if not (is_code and totp.verify(int(token), self.TOLERANCE, self.last_t + 1)):
            self.throttle_increment()
            return False
        self.last_t, self.drift = totp.t(), totp.drift
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1

    @property
    def config_url(self) -> str:
        """The address for an authenticator app (otpauth). Raises SealError."""
        return otpauth_url(username=self.user.get_username(), key=self.KEY.open(self))


def otpauth_url(*, username: str, key: bytes) -> str:
    """Return the address for an authenticator app with `key`."""
    issuer = str(settings.OTP_TOTP_ISSUER)
    parameters = {
        "secret": base64.b32encode(key).decode(),
        "algorithm": "SHA1",
        "digits": AuthenticatorApp.DIGITS,
        "period": AuthenticatorApp.STEP,
        "issuer": issuer,
    }
    return f"otpauth://totp/{quote(f'{issuer}:{username}')}?{urlencode(parameters, quote_via=quote)}"


class RecoveryCodeSet(TimestampMixin, ThrottlingMixin, Device):  # type: ignore[misc]
    """The recovery codes of an account, each for one use; stored as slow hashes with one salt."""

    field_inventory = {
        (STAFF, UNTIL_CLOSED): "user",
        (DIGEST, UNTIL_CLOSED): "digests",
        (CODES, UNTIL_CLOSED): (
            "name confirmed throttling_failure_timestamp throttling_failure_count created_at last_used_at salt"
        ),
    }

    salt = models.BinaryField(max_length=16, editable=False)
    # Scrypt in hexadecimal; a used code is removed.
    digests = ArrayField(models.CharField(max_length=64), editable=False)

    class Meta:
        verbose_name = _("set of recovery codes")
        verbose_name_plural = _("recovery codes")

    def set_codes(self, codes: tuple[str, ...]) -> None:
        """Replace the codes, without saving the row."""
        self.salt = secrets.token_bytes(16)
        self.digests = [self._digest(code) for code in codes]

    def verify_token(self, token: str) -> bool:
        """Return whether `token` is an unused code; remove it. The caller has locked the row."""
        if not self.verify_is_allowed()[0]:
            return False
        digest = self._digest(token)
        rest = [other for other in self.digests if not hmac.compare_digest(other, digest)]
        if len(rest) == len(self.digests):
            self.throttle_increment()
            return False
        self.digests = rest
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1

    def _digest(self, code: str) -> str:
        parameters: dict[str, Any] = dict(_SCRYPT)
        return hashlib.scrypt(code.encode(), salt=bytes(self.salt), **parameters).hex()


class ProviderIdentity(TimestampMixin, Device):  # type: ignore[misc]
    """An identity at an OpenID Connect provider that signs in to an account instead of its password.

    It is a device of django-otp, so that a sign-in with the provider's own second factor verifies the session.
    """

    field_inventory = {
        (STAFF, UNTIL_CLOSED): "user subject",
        (CODES, UNTIL_CLOSED): "name confirmed created_at last_used_at issuer",
    }

    # The claims `iss` and `sub`.
    issuer = models.CharField(max_length=255, editable=False)
    subject = models.CharField(max_length=255, editable=False)

    class Meta:
        verbose_name = _("identity of a sign-in service")
        verbose_name_plural = _("identities of sign-in services")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="accounts_one_account_of_an_identity"),
            models.UniqueConstraint(fields=["user", "issuer"], name="accounts_one_identity_of_an_account"),
        ]

    def verify_token(self, token: str) -> bool:
        """Return False: the provider verifies, and no typed code does."""
        return False


class AccountRecovery(models.Model):
    """A supervisor's request to replace the lost second factors of an account; an administrator must approve it.

    The supervisor and the administrator each see one half of the code with which the person then signs in.
    """

    HALF: Final = SealedColumn(ring="accounts", column="sealed_half", table="accounts_accountrecovery", field="half")
    sealed_fields = (HALF,)
    field_inventory = {
        (STAFF, A_DAY): "user requested_by",
        (SEALED, A_DAY): "sealed_half",
        (CODES, A_DAY): "requested_at",
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="recovery", verbose_name=_("account"))
    requested_by = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="requested_recoveries", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"))
    # The supervisor's half of the code.
    sealed_half = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("account recovery")
        verbose_name_plural = _("account recoveries")
        # Accounts are administered without a role; supervisors request.
        default_permissions = ()
        permissions = (("request_recovery", _("Can request the recovery of an account")),)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(user=models.F("requested_by")), name="accounts_recovery_of_another_account"
            )
        ]

    def __str__(self) -> str:
        return f"recovery {self.pk}"


class SavedView(models.Model):
    """The filters of a staff list that an account keeps under a name.

    `list` is the label of the model ("app.model"), `query` its query string: names and codes of filters, without searches.
    """

    field_inventory = {
        (STAFF, UNTIL_DELETED): "user",
        (STAFF_TEXT, UNTIL_DELETED): "name",
        (CODES, UNTIL_DELETED): "list query saved_at",
    }

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views", verbose_name=_("account"))
    list = models.CharField(_("list"), max_length=100)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filters"), max_length=1000)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "list", "name"], name="accounts_one_view_of_a_name"),
            models.CheckConstraint(condition=~models.Q(query=""), name="accounts_view_has_filters"),
        ]

    def __str__(self) -> str:
        return self.name
