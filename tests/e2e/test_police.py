"""A case's way to the police in a real browser, with a real worker: looked at before, handed over, packed, downloaded, recorded."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clicksafely.accounts.models import User
from hotline.models import ContentItem, LocationKind, PolicePackage, Report
from hotline.review.claims import claim_case
from hotline.states import ItemState, Queue, ReportState
from tests.e2e.page_checks import faults
from tests.hotline.referral.police.conftest import Keys, assessed_case, make_keys, make_recipient, unzip
from tests.hotline.review.conftest import make_item
from tests.live_portal import Site
from tests.waiting import until

ONION = f"http://{'primer' * 9}aa.onion/a/marker"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return make_keys(tmp_path, ends=timezone.now() + timedelta(days=300))


@pytest.fixture
def decided_case(site: Site, keys: Keys) -> Report:
    """A case in the hands of analyst1 whose content was found illegal; the recipient of packages has a certificate."""
    with site.orm():
        make_recipient(keys.pem)
        analyst = User.objects.get(username="analyst1")
        item = make_item(f"{ONION}/{uuid4().hex}", kind=LocationKind.ONION, host="", registrable_domain="")
        report = assessed_case(item, author=analyst, state=ReportState.ACTION_PENDING, queue=Queue.ACTION)
        ContentItem.objects.filter(pk=item.pk).update(state=ItemState.ASSESSED)
        claim_case(report_id=report.pk, actor=analyst, now=timezone.now())
        return report


def fits(page: Page) -> None:
    assert faults(page, fingers=False) == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_from_the_decision_to_the_receipt_of_the_police(
    site: Site, sign_in: Callable[..., Page], ask: Callable[..., None], decided_case: Report, keys: Keys
) -> None:
    case = f"/admin/hotline/case/{decided_case.pk}/"
    page = sign_in("analyst1", javascript=False, width=360)
    page.goto(case)
    page.locator("[formaction*='police-preview']").click()
    expect(page.locator("#preview-case ~ .evidence").first).to_contain_text(ONION)
    page.goto(case)
    page.locator("[name=routes][value=police]").check()
    page.locator("form[action*='/refer/'] [type=submit]").first.click()

    def packages() -> list[int]:
        with site.orm():
            return list(PolicePackage.objects.filter(referrals__report=decided_case).values_list("pk", flat=True))

    ask("hotline.build_police_packages", queue="sealed")
    until(packages, what="the package")
    (number,) = packages()

    page = sign_in("supervisor", width=360)
    page.goto("/admin/hotline/desk/")
    page.locator(f"a[href='/admin/hotline/police/{number}/']").click()
    fits(page)
    with page.expect_download() as downloading:
        page.locator("form[action$='/download/'] [type=submit]").click()
    download = downloading.value
    assert download.suggested_filename == f"LEA-{timezone.now():%Y}-{number:06d}.zip.p7m"
    files = unzip(keys.decrypt(Path(download.path()).read_bytes()))
    assert ONION.encode() in files["case.json"]
    assert files["report.pdf"].startswith(b"%PDF-")

    page.locator("#id_number").fill("03/4-17")
    page.locator("form[action$='/delivered/'] [type=submit]").click()
    expect(page.locator("dd", has_text="03/4-17")).to_be_visible()
    with site.orm():
        package = PolicePackage.objects.get(pk=number)
        assert (package.state, package.referrals.get().state) == ("delivered", "sent")
        # An onion service cannot be watched: with the hand-over it has ended.
        assert Report.objects.get(pk=decided_case.pk).state == ReportState.CLOSED
    page.goto(case)
    expect(page.locator(".referrals")).to_be_visible()
