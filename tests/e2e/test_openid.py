"""Sign-in through a real OpenID Connect provider, oidc-provider of npm, with and without a second factor of its own."""

import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker

from clicksafely.accounts.models import AuthenticatorApp, ProviderIdentity, User
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.ports import free_port
from tests.e2e.page_checks import faults
from tests.live_portal import Site, running_site

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PROGRAM: Final = Path(__file__).parent / "openid_provider"
CALLBACK: Final = "/admin/login/openid/callback/"
SECRET: Final = secrets.token_urlsafe(32)


@pytest.fixture(scope="module")
def provider_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, worker_name: str, provider_port: int
) -> Iterator[Site]:
    """A portal whose staff may sign in at the provider."""
    url = f"http://click-safely:{SECRET}@127.0.0.1:{provider_port}?name=%D0%9F%D1%80%D0%B8%D0%BC%D0%B5%D1%80"
    with running_site(worker=f"{worker_name}_openid", blocker=django_db_blocker, extra={"OPENID_URL": url}) as running:
        yield running


@pytest.fixture(scope="module")
def provider(site: Site, provider_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the provider, installed from its lock file."""
    if not shutil.which("npm"):
        pytest.skip("Node.js and npm are not installed")
    folder = shutil.copytree(PROGRAM, tmp_path_factory.mktemp("provider"), dirs_exist_ok=True)
    subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True)
    command = ["node", "provider.mjs", str(provider_port), f"{site.url}{CALLBACK}", SECRET]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert running.stdout.readline() == "ready\n"
        yield f"http://127.0.0.1:{provider_port}/"
        running.terminate()


def connect(page: Page, name: str) -> None:
    """Connect the identity `name` of the provider with the signed-in account."""
    page.goto("/admin/second-factors/")
    page.get_by_role("button", name="Повежи идентитет").click()
    at_provider(page, name)
    expect(page.locator(".messagelist")).to_contain_text("Идентитет је повезан")


def at_provider(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Sign in at the provider").click()


def start(page: Page, path: str = "/admin/second-factors/") -> None:
    """Open a page of the staff site without a session, and choose the provider."""
    page.goto(path)
    page.get_by_role("link", name="Пријави се: Пример").click()


def test_the_second_factor_stays_our_own(
    site: Site, provider: str, sign_in: Callable[..., Page], visit: Callable[..., Page]
) -> None:
    connect(sign_in("editor", anew=True, also=provider), "vera")
    page = visit(width=360, also=provider)
    start(page)
    at_provider(page, "vera")
    expect(page.get_by_role("heading", name="Други корак")).to_be_visible()
    assert faults(page, fingers=False) == []
    page.goto("/admin/")
    expect(page.locator("#login-form [name=password]")).to_be_visible()
    page.goto("/admin/login/openid/second-factor/")
    page.locator("[name=otp_token]").fill("000000")
    page.get_by_role("button", name="Пријави се", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Код није исправан")
    # A wrong code is followed by a pause, which is over.
    with site.orm():
        AuthenticatorApp.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    page.locator("[name=otp_token]").fill(site.code("editor"))
    page.get_by_role("button", name="Пријави се", exact=True).click()
    expect(page).to_have_url(f"{site.url}/admin/second-factors/")
    page.get_by_role("button", name="Уклони идентитет").click()
    expect(page.locator(".messagelist")).to_contain_text("Идентитет је уклоњен")
    with site.orm():
        assert not ProviderIdentity.objects.filter(user__username="editor").exists()
        editor = User.objects.get(username="editor")
        actions = AuditEvent.objects.filter(action__startswith="staff.identity", actor_id=editor.pk).order_by("pk")
        assert list(actions.values_list("action", flat=True)) == [
            "staff.identity_connected",
            "staff.identity_disconnected",
        ]


def test_a_second_factor_of_the_provider_is_enough(
    provider: str, sign_in: Callable[..., Page], visit: Callable[..., Page]
) -> None:
    connect(sign_in("author", anew=True, also=provider), "mfa-ana")
    page = visit(javascript=False, also=provider)
    start(page, "/admin/news/article/")
    at_provider(page, "mfa-ana")
    expect(page.get_by_role("heading", name="Вести", exact=True)).to_be_visible()


def test_unknown_users_and_cancelled_sign_ins_get_a_message(provider: str, visit: Callable[..., Page]) -> None:
    page = visit(also=provider)
    start(page)
    at_provider(page, "mfa-unknown")
    expect(page.get_by_role("alert")).to_contain_text("Ниједан налог")
    assert faults(page, fingers=False) == []
    page = visit(also=provider)
    start(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("Пријава је отказана")
    # A response that belongs to another browser.
    page.goto(f"{CALLBACK}?code=x&state=y")
    expect(page.get_by_role("alert")).to_contain_text("Пријава је отказана")
    page.goto("/admin/")
    expect(page.locator("#login-form")).to_be_visible()
