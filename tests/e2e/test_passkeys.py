"""Passkeys with the browser's own virtual authenticator, from adding one to removing it."""

from collections.abc import Callable

import pytest
from django.db.models import Max
from playwright.sync_api import Page, expect

from clicksafely.common.models import AuditEvent
from tests.live_portal import Site

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def origin(site: Site) -> str:
    """The site by name: browsers bind passkeys to a name, never to an address."""
    return site.url.replace("127.0.0.1", "localhost")


def add_authenticator(page: Page) -> None:
    """Attach a virtual authenticator, like that of a phone, which answers without being touched."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def fill_in(page: Page, site: Site, username: str) -> None:
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(site.accounts()[username]["password"])


def open_menu(page: Page, username: str) -> None:
    page.locator("summary", has_text=username).click()


@pytest.fixture
def page(visit: Callable[..., Page], origin: str) -> Page:
    """A browser with an authenticator, on the sign-in page in English."""
    page = visit(base_url=origin)
    add_authenticator(page)
    page.goto("/admin/login/")
    page.locator("[name=language][value=en]").click()
    return page


def test_a_passkey_is_added_used_and_removed(site: Site, page: Page) -> None:
    with site.orm():
        before = AuditEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    fill_in(page, site, "editor")
    page.locator("[name=otp_token]").fill(site.code("editor"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    open_menu(page, "editor")
    page.get_by_role("link", name="Two-step sign-in").click()
    expect(page.get_by_text("No passkey yet.")).to_be_visible()
    page.get_by_label("Name of the passkey").fill("my phone")
    page.get_by_role("button", name="Add passkey").press("Enter")
    expect(page.get_by_text("The passkey was added.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="my phone")).to_be_visible()
    open_menu(page, "editor")
    page.get_by_role("button", name="Log out").click()

    page.goto("/admin/second-factors/")
    fill_in(page, site, "editor")
    page.get_by_role("button", name="Sign in with a passkey").press("Enter")
    expect(page.get_by_role("heading", name="Two-step sign-in")).to_be_visible()

    page.get_by_role("link", name="Rename my phone").click()
    page.get_by_label("Name of the passkey").fill("old phone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("rowheader", name="old phone")).to_be_visible()
    # It has verified this session, which ends with it.
    page.get_by_role("button", name="Remove old phone").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()

    fill_in(page, site, "editor")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").first).to_contain_text("The user name, password or code is wrong")
    with site.orm():
        actions = list(
            AuditEvent.objects.filter(action__startswith="staff.passkey", pk__gt=before)
            .order_by("pk")
            .values_list("action", flat=True)
        )
    assert actions == ["staff.passkey_added", "staff.passkey_renamed", "staff.passkey_removed"]


def test_without_a_passkey_the_page_offers_the_code(site: Site, page: Page) -> None:
    fill_in(page, site, "author")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("status")).to_have_text("The passkey was not used. Try again, or type a code.")
    page.locator("[name=otp_token]").fill(site.code("author"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    open_menu(page, "author")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_a_passkey_needs_the_name_and_the_password(page: Page) -> None:
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[name=username]")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("")
