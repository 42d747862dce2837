"""The records of the panel in a real browser: a spreadsheet with mistakes, mended and imported; a consent; a name opened; a member
forgotten.
"""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import faults
from tests.live_portal import Site
from tests.youthpanel.members.sheets import cohort_of, xlsx
from youthpanel.models import Member

TODAY = localdate()
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows(mark: str) -> list[list[object]]:
    """Seventy people that no other run of the test has taken in."""
    cohort_rows = cohort_of(70)
    for cells in cohort_rows:
        cells[3] = f"{cells[3]} {mark}"
        cells[4] = TODAY.year - 13
        cells[18], cells[19] = TODAY.isoformat(), (TODAY + timedelta(days=20)).isoformat()
    return cohort_rows


def choose(page: Page, cohort: str, content: list[list[object]]) -> None:
    """Have a spreadsheet looked at."""
    page.locator("[name=cohort]").select_option(label=cohort)
    file = {"name": "чланови.xlsx", "mimeType": SHEET, "buffer": xlsx(content)}
    page.locator("[name=file]").set_input_files(file)
    with page.expect_navigation():
        page.locator("form[enctype] [type=submit]").click()


@pytest.fixture
def mark() -> str:
    return "".join(chr(ord("а") + each % 6) for each in secrets.token_bytes(8))


def test_from_a_spreadsheet_to_a_shadow(sign_in: Callable[..., Page], site: Site, mark: str) -> None:
    page = sign_in("coordinator")
    cohort = f"Генерација {mark}"
    page.goto("/admin/youthpanel/cohort/add/")
    page.locator("[name=name_sr]").fill(cohort)
    page.locator("[name=slug]").fill(f"kohorta-{secrets.token_hex(4)}")
    page.locator("[name=begins_on]").fill((TODAY - timedelta(days=60)).isoformat())
    page.locator("[name=target]").fill("70")
    page.locator("[name=_save]").click()
    expect(page.locator("li.success")).to_be_visible()

    people, wrong = rows(mark), rows(mark)
    wrong[0][2], wrong[5][5] = "Нишш", "мај"
    page.goto("/admin/youthpanel/members/import/")
    choose(page, cohort, wrong)
    cells = page.locator("table").first.locator("tbody tr")
    expect(cells).to_have_count(2)
    expect(cells.first).to_contain_text("C2")
    expect(cells.first).to_contain_text("Ниш")
    expect(cells.last).to_contain_text("F7")
    assert faults(page, fingers=False) == []
    choose(page, cohort, people)
    assert mark not in page.locator("table").inner_text()
    assert faults(page, fingers=False) == []
    with page.expect_navigation():
        page.locator("form:has([name=state]) [type=submit]").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(50)
    expect(page.locator("nav.paginator")).to_contain_text("70 редова")

    page.locator("#result_list tbody a").first.click()
    address = page.url
    page.locator("a[href$='/consents/add/']").click()
    page.locator("[name=scope]").select_option("photograph")
    page.locator("[name=expires_on]").fill((TODAY + timedelta(days=200)).isoformat())
    page.locator("[name=document]").fill("Нова фасцикла")
    page.locator("form.staff-form [type=submit]").click()
    expect(page.locator("tr", has_text="Нова фасцикла")).to_be_visible()
    assert faults(page, fingers=False) == []
    page.locator("form[action$='/open/'] button").click()
    expect(page.locator("dl.facts b")).to_have_text(re.compile(mark))
    name = page.locator("dl.facts b").inner_text()
    assert faults(page, fingers=False) == []

    page.goto("/admin/youthpanel/due/")
    expect(page.locator("table tbody tr").first).to_be_visible()
    assert faults(page, fingers=False) == []
    page.goto(address)
    assert name not in page.content()
    page.locator("a[href$='/erase/']").click()
    page.locator("form.staff-form [type=submit]").click()
    expect(page.locator(".errorlist")).to_be_visible()
    page.locator("[name=confirmed]").check()
    page.locator("form.staff-form [type=submit]").click()
    expect(page.locator("li.success")).to_be_visible()
    pk = int(re.findall(r"/member/(\d+)/", address)[0])
    page.goto(address)
    expect(page.locator("#content")).to_contain_text(f"№ {pk}")
    assert page.locator("form[action$='/open/']").count() == 0
    with site.orm():
        member = Member.objects.get(pk=pk)
        assert member.erased_at is not None
        assert member.sealed is None
        member_id = str(member.uuid)
    assert member_id in (site.var_dir / "panel-erasures.txt").read_text()
