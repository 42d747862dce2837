"""Passkeys (WebAuthn) as second factors of staff, in addition to the password: registration, and verification at sign-in."""

import json
import time
from typing import Any, Final

from django.http import HttpRequest
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import ResidentKeyRequirement

from clicksafely.accounts.models import User

# What the browser sends is limited to this number of characters.
MAX_RESPONSE: Final = 16 * 1024
# Seconds to answer a challenge.
CHALLENGE_SECONDS: Final = 300
_SIGN_IN: Final = "passkey_sign_in"
_REGISTRATION: Final = "passkey_registration"
# Raised for responses that are malformed, forged, or of another challenge, site or account.
_INVALID: Final = (
    OTPWebAuthnApiError,
    WebAuthnException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
)


class InvalidPasskey(Exception):
    """The browser's response does not answer the challenge of this session."""


def relying_party_id(request: HttpRequest) -> str:
    """Return the host to which passkeys are bound: that of the staff site."""
    return request.get_host().partition(":")[0]


class PasskeyHelper(WebAuthnHelper):  # type: ignore[misc]
    """Accepts the origin of the staff site.

    Passkeys are discoverable, so that the sign-in page need not reveal which accounts have some.
    """

    def get_allowed_origins(self) -> list[str]:
        return [f"{self.request.scheme}://{self.request.get_host()}"]

    def get_discoverable_credentials_preference(self) -> ResidentKeyRequirement:
        return ResidentKeyRequirement.REQUIRED


def begin_sign_in(request: HttpRequest) -> dict[str, Any]:
    """Return the options of `navigator.credentials.get`, for any account; the session keeps the challenge."""
    options, state = PasskeyHelper(request).authenticate_begin(user=None, require_user_verification=False)
    _keep(request, _SIGN_IN, state)
    return dict(options)


def verify_sign_in(request: HttpRequest, user: User, response: str) -> WebAuthnCredential:
    """Return the passkey of `user` with which the browser answered the challenge of this session. Raises InvalidPasskey."""
    state = _take(request, _SIGN_IN)
    try:
        passkey = PasskeyHelper(request).authenticate_complete(user=user, state=state, data=_parse(response))
    except _INVALID as error:
        raise InvalidPasskey from error
    if not passkey.confirmed:
        raise InvalidPasskey
    return passkey


def begin_registration(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return the options of `navigator.credentials.create`; the session keeps the challenge."""
    options, state = PasskeyHelper(request).register_begin(user)
    _keep(request, _REGISTRATION, state)
    return dict(options)


def register(request: HttpRequest, user: User, response: str) -> WebAuthnCredential:
    """Store the passkey that the browser created for the challenge of this session. Raises InvalidPasskey."""
    state = _take(request, _REGISTRATION)
    try:
        return PasskeyHelper(request).register_complete(user, state, _parse(response))
    except _INVALID as error:
        raise InvalidPasskey from error


def forget_challenges(request: HttpRequest) -> None:
    """Remove a challenge that was not answered."""
    for name in (_SIGN_IN, _REGISTRATION):
        request.session.pop(name, None)


def _keep(request: HttpRequest, name: str, state: dict[str, Any]) -> None:
    request.session[name] = {**state, "at": int(time.time())}


def _take(request: HttpRequest, name: str) -> dict[str, Any]:
    """Remove the challenge, so that no response is accepted twice, and return it."""
    state: dict[str, Any] | None = request.session.pop(name, None)
    if not state or time.time() - state["at"] > CHALLENGE_SECONDS:
        raise InvalidPasskey
    return state


def _parse(response: str) -> dict[str, Any]:
    if len(response) > MAX_RESPONSE:
        raise ValueError("too long")
    data = json.loads(response)
    if not isinstance(data, dict):
        raise TypeError("not an object")
    return data
