"""A consultation in a real browser: built, refused where phases overlap, opened, moderated by keyboard, filled in from
paper, closed, read.
"""

import io
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from clicksafely.accounts.models import User
from tests.e2e.page_checks import faults
from tests.e2e.panel_steps import open_rows
from tests.factories.youthpanel import make_cohort, make_member
from tests.live_portal import Site
from youthpanel.models import AnswerSheet, Consultation, Idea

ADD = "/admin/youthpanel/consultation/add/"


def fill_phase(page: Page, place: int, feature: str, begin: datetime, end: datetime) -> None:
    page.locator(f"[name=phases-{place}-feature]").select_option(feature)
    for name, moment in (("starts_at", begin), ("ends_at", end)):
        local = timezone.localtime(moment)
        page.locator(f"[name=phases-{place}-{name}_0]").fill(local.strftime("%Y-%m-%d"))
        page.locator(f"[name=phases-{place}-{name}_1]").fill(local.strftime("%H:%M"))


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("[name=_save]").first.click()


def act(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def test_from_the_form_to_the_results(sign_in: Callable[..., Page], site: Site) -> None:
    page, mark = sign_in("coordinator"), secrets.token_hex(3)
    with site.orm():
        cohort = make_cohort(name_sr=f"Генерација {mark}")
        member = make_member(cohort)
        names = list(User.objects.filter(username__in=("coordinator", "safeguarding")).values_list("pk", flat=True))

    page.goto(ADD)
    open_rows(page)
    now = timezone.now().replace(second=0, microsecond=0)
    page.locator("[name=title_sr]").fill(f"Шта школа учи {mark}")
    page.locator("[name=summary_sr]").fill("Укратко")
    page.locator(f"[name=cohorts][value='{cohort.pk}']").check()
    for pk in names:
        page.locator(f"[name=facilitators][value='{pk}']").check()
    fill_phase(page, 0, "collect", now - timedelta(days=1), now + timedelta(days=2))
    fill_phase(page, 1, "answer", now + timedelta(days=1), now + timedelta(days=3))
    page.locator("[name=questions-0-order]").fill("1")
    page.locator("[name=questions-0-kind]").select_option("single")
    page.locator("[name=questions-0-text_sr]").fill("Учите ли о томе?")
    page.locator("[name=questions-0-choices_sr]").fill("Да\nНе")
    page.locator("[name=questions-1-order]").fill("2")
    page.locator("[name=questions-1-kind]").select_option("open")
    page.locator("[name=questions-1-text_sr]").fill("Шта недостаје?")
    save(page)
    # Refused, at the row; everything typed is still there, and nothing was written.
    expect(page.locator("#phases-1 .errorlist")).to_contain_text("Предложи идеје")
    expect(page.locator("[name=title_sr]")).to_have_value(f"Шта школа учи {mark}")
    expect(page.locator("[name=questions-0-choices_sr]")).to_have_value("Да\nНе")
    expect(page.locator(f"[name=cohorts][value='{cohort.pk}']")).to_be_checked()
    with site.orm():
        assert not Consultation.objects.filter(title_sr__contains=mark).exists()
    assert faults(page, fingers=False) == []
    fill_phase(page, 1, "answer", now + timedelta(days=2), now + timedelta(days=3))
    save(page)
    expect(page.locator("h1")).to_contain_text(mark)
    assert faults(page, fingers=False) == []
    act(page, "Отвори консултацију")
    expect(page.locator(".member-facts")).to_contain_text("отворена")
    stage = page.url

    with site.orm():
        consultation = Consultation.objects.get(title_sr__contains=mark)
        for text in (f"Прва идеја {mark}", f"Пишите на ana@example.org {mark}"):
            Idea.objects.create(consultation=consultation, member=member, text=text, written_at=timezone.now())
    page.get_by_role("link", name="Разговор").click()
    expect(page.locator("h1")).to_have_text("Разговор")
    page.goto("/admin/youthpanel/moderation/")
    mine = page.locator(".moderation-item", has_text=mark)
    expect(mine).to_have_count(2)
    assert faults(page, fingers=False) == []
    expect(mine.nth(1)).to_contain_text("ana@example.org")
    # By keyboard alone: the first one has the focus.
    first = page.locator(".moderation-item").first
    expect(first).to_be_focused()
    # Others may wait before mine.
    mine.first.get_by_role("link", name="Шта школа учи").focus()
    page.keyboard.press("Tab")
    expect(mine.first.get_by_role("button", name="Прикажи", exact=True)).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(mine).to_have_count(1)
    act_on = mine.first
    with page.expect_navigation():
        act_on.get_by_role("button", name="Не приказуј").click()
    expect(act_on.locator(".errorlist")).to_be_visible()
    act_on.get_by_label("Разлог због кога се не приказује").fill("Ту је адреса.")
    with page.expect_navigation():
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(mine).to_have_count(0)

    page.goto(stage)
    page.get_by_role("link", name="Одговори са папира").click()
    for number in range(1, 6):
        page.get_by_label("Да" if number < 4 else "Не", exact=True).check()
        page.get_by_label("Шта недостаје?").fill(f"=ВЕЖБА {number}")
        act(page, "Сачувај, па следећи")
        expect(page.locator(".paper-count")).to_contain_text(f"{number} лист")
    assert faults(page, fingers=False) == []
    with site.orm():
        assert AnswerSheet.objects.filter(consultation=consultation).count() == 5
    page.goto(f"{stage}flipchart/")
    page.locator("#lines").fill("Са табле; 12\nДруга")
    act(page, "Сачувај све")
    expect(page.locator(".contribution", has_text="Са табле")).to_be_visible()

    page.goto(f"{stage}results/")
    expect(page.locator("body")).not_to_contain_text("ВЕЖБА")
    page.goto(stage)
    page.get_by_role("link", name="Затвори консултацију").click()
    assert faults(page, fingers=False) == []
    page.locator("[name=confirmed]").check()
    act(page, "Затвори консултацију")
    act(page, "Поново отвори")
    expect(page.locator(".member-facts")).to_contain_text("отворена")
    page.get_by_role("link", name="Затвори консултацију").click()
    page.locator("[name=confirmed]").check()
    act(page, "Затвори консултацију")
    page.goto(f"{stage}results/")
    expect(page.locator("body")).not_to_contain_text("ВЕЖБА")
    assert faults(page, fingers=False) == []
    act(page, "Прикажи резултате")
    expect(page.locator("svg.chart")).to_have_count(1)
    expect(page.locator(".result-table").first).to_contain_text("60 %")
    expect(page.locator(".contribution-list").first).to_contain_text("ВЕЖБА 5")
    assert faults(page, fingers=False) == []
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Преузми табелу").click()
    book = load_workbook(io.BytesIO(downloading.value.path().read_bytes()))
    assert len(book.sheetnames) == 5
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
