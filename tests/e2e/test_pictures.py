"""A suspected picture in a real browser, from the form to the police: one button locks it for everybody.

And the break that the desk offers.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from clicksafely.accounts.models import User
from hotline.lifecycle.welfare_counters import day_of
from hotline.models import ExposureCount, FileHash, PoliceFile, PolicePackage, Report, Upload
from hotline.states import Outcome, ReportState
from tests.e2e.page_checks import faults
from tests.e2e.review_steps import nothing_held, press
from tests.hotline.referral.police.conftest import make_keys, make_recipient
from tests.live_portal import Site
from tests.waiting import until

THREAD = "https://pictures.example.org/t/"


@pytest.fixture
def orm(site: Site, tmp_path: Path) -> Iterator[None]:
    """Reads of the site's own database, in which the police can be written to."""
    with site.orm():
        make_recipient(make_keys(tmp_path, ends=timezone.now() + timedelta(days=300)).pem)
        yield
        # Others take the most urgent case, and mean theirs.
        Report.objects.filter(items__canonical__startswith=THREAD).update(
            state=ReportState.CLOSED,
            outcome=Outcome.REMOVED,
            closed_at=timezone.now(),
            queue=None,
            claimed_by=None,
            claimed_until=None,
        )


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    """A picture of a coloured triangle."""
    image = Image.new("RGB", (320, 240), "white")
    ImageDraw.Draw(image).polygon([(20, 220), (160, 20), (300, 220)], fill="orange")
    image.save(path := tmp_path / "trougao.png")
    return path


def reported_case(reporter: Page, picture: Path) -> Report:
    """The case of a report with this picture and the highest priority, once triage has done its part and its picture was compared."""
    reporter.goto("/en/report/cyberbullying/")
    reporter.fill("[name=addresses]", THREAD + picture.parent.name)
    reporter.set_input_files("[name=images]", picture)
    reporter.set_checked("[name=danger_now]", True)
    reporter.check("[name=consent]")
    press(reporter, "form [type=submit].btn-primary")
    press(reporter, "main [name=send]")
    waiting = Report.objects.filter(items__canonical__endswith=picture.parent.name, state=ReportState.TRIAGED)
    until(waiting.filter(uploads__file_hash__matched_at__isnull=False).exists, what="triage")
    return waiting.get()


def test_one_button_locks_a_picture_until_the_police_have_it(
    site: Site,
    orm: None,
    visit: Callable[..., Page],
    sign_in: Callable[..., Page],
    ask: Callable[..., None],
    picture_file: Path,
) -> None:
    report = reported_case(visit(javascript=False), picture_file)
    case = f"/admin/hotline/case/{report.pk}/"
    upload = Upload.objects.get(report=report)
    first = sign_in("analyst1")
    first.goto(case)
    press(first, "form.claim button")
    assert first.locator("img.revealed").count() == 0
    first.locator("form[action*='/reveal/'] button").click()
    revealed = first.locator("img.revealed")
    # No address of its own, so no cache keeps it.
    expect(revealed).to_have_attribute("src", re.compile("^data:image/"))
    first.locator(".suspect summary").first.click()
    first.locator("form[action*='/suspect/'] button").first.click()
    expect(first.locator(".image-cover.locked")).to_be_visible()
    assert (revealed.count(), first.locator("form[action*='/reveal/']").count()) == (0, 0)

    second = sign_in("analyst2", javascript=False, width=360)
    second.goto(case)
    expect(second.locator(".image-cover.locked")).to_contain_text("analyst1")
    assert (second.locator("form[action*='/reveal/']").count(), second.locator("#pictures-box img").count()) == (0, 0)

    supervisor = sign_in("supervisor")
    supervisor.goto("/admin/hotline/desk/")
    supervisor.locator(f".alarm a[href='{case}']").click()
    assert faults(supervisor, fingers=False) == []
    press(supervisor, "form[action$='/pictures/'] button")
    ask("hotline.build_police_packages", queue="sealed")
    until(PolicePackage.objects.filter(referrals__report=report).exists, what="the package")
    package = PolicePackage.objects.get(referrals__report=report)
    assert package.pictures == [upload.pk]
    supervisor.goto(f"/admin/hotline/police/{package.pk}/")
    supervisor.locator("#id_number").fill("03/4-17")
    press(supervisor, "form[action$='/delivered/'] [type=submit]")
    until(Upload.objects.filter(pk=upload.pk, erased_at__isnull=False).exists, what="its erasing")
    assert not PoliceFile.objects.filter(package=package).exists()
    assert FileHash.objects.filter(upload=upload).exists()
    supervisor.goto(case)
    assert (supervisor.locator(".image-cover.locked").count(), supervisor.locator("#pictures-box img").count()) == (
        1,
        0,
    )


def test_an_analyst_at_the_exposure_limit_confirms_the_next_case(
    site: Site, orm: None, visit: Callable[..., Page], sign_in: Callable[..., Page], picture_file: Path
) -> None:
    reported_case(visit(javascript=False), picture_file)
    nothing_held()
    page, now = sign_in("analyst2", javascript=False, width=360), timezone.now()
    exposure = ExposureCount.objects.filter(user=User.objects.get(username="analyst2"), day=day_of(now))
    ExposureCount.objects.get_or_create(user=User.objects.get(username="analyst2"), day=day_of(now))
    before = exposure.get().texts
    exposure.update(texts=settings.EXPOSURE_LIMIT, stretch_began_at=now, last_at=now)
    try:
        page.goto("/admin/hotline/desk/")
        press(page, "form[action='/admin/hotline/desk/take/'] button")
        expect(page.locator("#enough")).to_be_visible()
        press(page, "form[action$='/break/'] button")
        expect(page.locator("#rest")).to_be_visible()
        page.goto("/admin/hotline/desk/")
        press(page, "form[action$='/back/'] button")
        assert exposure.get().breaks >= 1
        # Nothing is refused: the next one opens for any analyst.
        page.goto("/admin/hotline/desk/")
        press(page, "form[action='/admin/hotline/desk/take/'] button")
        press(page, "button[name=anyway]")
        assert "/admin/hotline/case/" in page.url
        press(page, "form[action$='/release/'] button")
    finally:
        exposure.update(texts=before)
