"""Claims and settings of the sign-in through an OpenID Connect provider; tests/e2e/test_openid.py signs in at a real one."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from clicksafely.accounts import enrolment, openid
from clicksafely.accounts.models import ProviderIdentity
from tests.clients.staff import make_staff, signed_in

URL = "https://portal:pass%2Fword@login.example.org/realms/staff?name=Ministry&acr=https%3A%2F%2Frefeds.org%2Fprofile%2Fmfa"
ISSUER = "https://login.example.org/realms/staff"


def claims(subject: str, **changes: object) -> openid.Claims:
    values: dict[str, object] = {"issuer": ISSUER, "subject": subject, "has_second_factor": False}
    values |= {"purpose": openid.SIGN_IN, "next": ""}
    return openid.Claims(**(values | changes))  # type: ignore[arg-type]


def test_the_url_names_provider_and_client(settings: Settings) -> None:
    settings.OPENID_URL = URL
    assert openid.provider() == openid.Provider(
        ISSUER, "portal", "pass/word", "Ministry", ("https://refeds.org/profile/mfa",)
    )
    settings.OPENID_URL = ""
    assert openid.provider() is None


@pytest.mark.parametrize(
    "url",
    ["http://portal:word@login.example.org", "https://login.example.org", "https://portal@login.example.org"],
)
def test_a_bad_url_is_refused(settings: Settings, url: str) -> None:
    settings.OPENID_URL = url
    with pytest.raises(ImproperlyConfigured):
        openid.provider()


@pytest.mark.django_db
class TestIdentities:
    @pytest.fixture(autouse=True)
    def provider(self, settings: Settings) -> None:
        settings.OPENID_URL = URL

    def test_an_identity_belongs_to_one_account(self) -> None:
        ana, vera = signed_in("ana", "analyst").user, signed_in("vera", "editor").user
        now = timezone.now()
        for user in (ana, vera):
            user.otp_device = None  # type: ignore[attr-defined]
        openid.connect_identity(claims=claims("a"), actor=ana, now=now)
        with pytest.raises(openid.IdentityTaken):
            openid.connect_identity(claims=claims("a"), actor=vera, now=now)
        with pytest.raises(openid.IdentityTaken):
            openid.connect_identity(claims=claims("b"), actor=ana, now=now)
        found = openid.find_identity(claims("a"))
        assert found
        assert found.user == ana
        assert openid.find_identity(claims("a", issuer="https://login.example.org/realms/other")) is None

    @pytest.mark.parametrize("column", ["is_active", "is_staff"])
    def test_a_closed_account_is_not_found(self, column: str) -> None:
        user = make_staff("ana", "analyst")
        ProviderIdentity.objects.create(user=user, name="provider", issuer=ISSUER, subject="a")
        assert openid.find_identity(claims("a"))
        setattr(user, column, False)
        user.save()
        assert openid.find_identity(claims("a")) is None

    def test_a_recovery_deletes_the_identity(self) -> None:
        user = make_staff("ana", "analyst")
        ProviderIdentity.objects.create(user=user, name="provider", issuer=ISSUER, subject="a")
        enrolment.delete_second_factors(user=user)
        assert not ProviderIdentity.objects.exists()

    def test_a_response_without_a_session_is_refused(self) -> None:
        # The provider is not reachable here, either.
        client = Client()
        assert client.get("/admin/login/openid/finish/", {"code": "a", "state": "b"}).status_code == 403
        assert client.get("/admin/login/openid/second-factor/").status_code == 302
        answer = client.get("/admin/login/openid/callback/", {"code": '"><b>', "state": "b", "x": "y"})
        assert "<b>" not in answer.content.decode()
        assert "finish/?code=%22%3E%3Cb%3E&amp;state=b" in answer.content.decode()
