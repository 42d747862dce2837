"""Sign-in of staff through an OpenID Connect provider instead of the password. Off unless OPENID_URL is set."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from joserfc.errors import JoseError

from clicksafely.accounts.models import ProviderIdentity, User
from clicksafely.accounts.second_factors import check_may_change
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused

logger = logging.getLogger(__name__)

SIGN_IN: Final = "sign_in"
CONNECT: Final = "connect"
# Signatures of ID tokens that are accepted; never "none" or one made with the client's own secret.
ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
TIMEOUT_SECONDS: Final = 5
LOOPBACK: Final = ("127.0.0.1", "localhost")
# RFC 8176: several factors were used.
MULTIPLE_FACTORS: Final = "mfa"
_FAILURES: Final = (OAuthError, JoseError, requests.RequestException, ValueError, LookupError, TypeError, RuntimeError)


class ProviderFailed(Exception):
    """The provider did not answer, refused, or answered with something that does not belong to this session."""


class IdentityTaken(ActionRefused):
    """The identity belongs to another account, or this account has another identity."""

    reason = _("This identity is already connected with an account, or your account has another one.")


@dataclass(frozen=True)
class Provider:
    """The configured provider and this client of it. `acr` are authentication context classes that imply a second factor."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    acr: tuple[str, ...]


@dataclass(frozen=True)
class Claims:
    """The identity in a valid ID token, and the purpose and the path `next` of the request to the provider.

    The provider replaces the password only. The second factor stays the account's own, unless the ID token names one.
    """

    issuer: str
    subject: str
    has_second_factor: bool
    purpose: str
    next: str


def provider() -> Provider | None:
    """Return the provider of OPENID_URL: `https://CLIENT:SECRET@ISSUER?name=NAME&acr=CLASS`. Raises ImproperlyConfigured."""
    if not settings.OPENID_URL:
        return None
    url = urlsplit(settings.OPENID_URL)
    if (url.scheme != "https" and url.hostname not in LOOPBACK) or not (url.hostname and url.username and url.password):
        raise ImproperlyConfigured("OPENID_URL is not https://CLIENT:SECRET@ISSUER.")
    options = parse_qs(url.query)
    return Provider(
        issuer=f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}",
        client_id=unquote(url.username),
        client_secret=unquote(url.password),
        name=options.get("name", [url.hostname])[0],
        acr=tuple(options.get("acr", ())),
    )


def authorization_url(request: HttpRequest, *, purpose: str, next_path: str = "") -> str:
    """Return the provider's page for this browser, whose session keeps state, nonce and code verifier. Raises ProviderFailed."""
    configured = _configured()
    client = _client(configured)
    callback = request.build_absolute_uri(reverse("admin:openid-callback"))
    extra_parameters = {"acr_values": " ".join(configured.acr)} if configured.acr else {}
    try:
        prepared = client.create_authorization_url(callback, **extra_parameters)
    except _FAILURES as error:
        raise _failure(error) from error
    client.save_authorize_data(request, redirect_uri=callback, purpose=purpose, next=next_path, **prepared)
    return cast(str, prepared["url"])


def read_response(request: HttpRequest) -> Claims:
    """Return the claims of the provider's response to this session, for one use. Raises ProviderFailed."""
    configured = _configured()
    client = _client(configured)
    stored = client.framework.get_state_data(request.session, request.GET.get("state")) or {}
    expected = {
        "iss": {"essential": True, "value": configured.issuer},
        "aud": {"essential": True, "value": configured.client_id},
    }
    try:
        client.load_server_metadata()["id_token_signing_alg_values_supported"] = ALGORITHMS
        claims = client.authorize_access_token(request, claims_options=expected)["userinfo"]
        return Claims(
            issuer=claims["iss"],
            subject=_subject(claims),
            has_second_factor=MULTIPLE_FACTORS in claims.get("amr", ()) or claims.get("acr") in configured.acr,
            purpose=stored["purpose"],
            next=stored["next"],
        )
    except _FAILURES as error:
        raise _failure(error) from error


def find_identity(claims: Claims) -> ProviderIdentity | None:
    """Return the identity of an active account of staff."""
    found = ProviderIdentity.objects.filter(issuer=claims.issuer, subject=claims.subject, confirmed=True)
    identity: ProviderIdentity | None = (
        found.filter(user__is_active=True, user__is_staff=True).select_related("user").first()
    )
    return identity


def identity_of(user: User) -> ProviderIdentity | None:
    """Return the identity of an account at the configured provider."""
    identity: ProviderIdentity | None = ProviderIdentity.objects.filter(user=user, issuer=_configured().issuer).first()
    return identity


def connect_identity(*, claims: Claims, actor: User, now: datetime) -> ProviderIdentity:
    """Let the identity sign in to the account. Raises ActionRefused."""
    check_may_change(actor)
    try:
        with transaction.atomic():
            identity: ProviderIdentity = ProviderIdentity.objects.create(
                user=actor, name="provider", issuer=claims.issuer, subject=claims.subject
            )
            audit_log.record(action="staff.identity_connected", subject=actor, actor=actor, now=now)
    except IntegrityError as error:
        raise IdentityTaken from error
    return identity


def disconnect_identity(*, actor: User, now: datetime) -> None:
    """Delete the identities of the account. Raises ActionRefused."""
    check_may_change(actor)
    with transaction.atomic():
        deleted, _rows = ProviderIdentity.objects.filter(user=actor).delete()
        if deleted:
            audit_log.record(action="staff.identity_disconnected", subject=actor, actor=actor, now=now)


def _configured() -> Provider:
    configured = provider()
    if configured is None:
        raise ImproperlyConfigured("OPENID_URL is empty.")
    return configured


def _client(configured: Provider) -> DjangoOAuth2App:
    """Return a client of the provider; it reads the provider's metadata once for each request."""
    return OAuth().register(
        "provider",
        client_id=configured.client_id,
        client_secret=configured.client_secret,
        server_metadata_url=f"{configured.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": TIMEOUT_SECONDS},
    )


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims["sub"]
    longest = ProviderIdentity._meta.get_field("subject").max_length
    if not isinstance(subject, str) or not 0 < len(subject) <= longest or "\x00" in subject:
        raise ValueError("not a subject")
    return subject


def _failure(error: Exception) -> ProviderFailed:
    # Texts of these exceptions may contain codes and tokens.
    logger.warning("sign-in through the OpenID Connect provider failed: %s", type(error).__name__)
    return ProviderFailed()
