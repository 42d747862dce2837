"""What coordinators and members of the youth panel do, page by page: the steps of the journey."""

import io
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import mammoth
import page as pdf_ua
import pypdfium2
from django.utils import timezone
from django.utils.timezone import localdate
from playwright.sync_api import APIRequestContext, Page, expect

from tests.factories.library import picture
from tests.youthpanel.member_auth.slips import MINE, chosen_twice
from tests.youthpanel.members.sheets import CODES, cohort_of, xlsx
from youthpanel.models import Cohort, Member

ADMIN = "/admin/youthpanel"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LANGUAGES = ("sr", "sr-latn", "en")
TITLES = {"sr": "Књига са пута", "sr-latn": "Knjiga sa puta", "en": "A book from the road"}


def click_through(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def done(page: Page) -> None:
    expect(page.locator("li.success, .success").first).to_be_visible()


def call_seventy(page: Page, name: str, mark: str) -> None:
    """A cohort, and its members out of a spreadsheet; `name` is the first one's."""
    page.goto(f"{ADMIN}/cohort/add/")
    page.locator("[name=name_sr]").fill(f"Генерација {mark}")
    page.locator("[name=slug]").fill(f"kohorta-{secrets.token_hex(4)}")
    page.locator("[name=begins_on]").fill((localdate() - timedelta(days=60)).isoformat())
    page.locator("[name=target]").fill("70")
    page.locator("[name=is_public]").check()
    click_through(page, "[name=_save]")
    rows = cohort_of(70)
    for number, cells in enumerate(rows):
        values = {
            "name": name if number == 0 else f"{cells[CODES.index('name')]} {secrets.token_hex(3)}",
            "birth_year": localdate().year - 13,
            "photograph": "да",
            "quotation": "да",
            "given_on": (localdate() - timedelta(days=30)).isoformat(),
            "expires_on": (localdate() + timedelta(days=200)).isoformat(),
            "document": f"Фасцикла {name}" if number == 0 else f"Фасцикла {number}",
        }
        for code, value in values.items():
            cells[CODES.index(code)] = value
    page.goto(f"{ADMIN}/members/import/")
    page.locator("[name=cohort]").select_option(label=f"Генерација {mark}")
    page.locator("[name=file]").set_input_files({"name": "чланови.xlsx", "mimeType": SHEET, "buffer": xlsx(rows)})
    click_through(page, "form[enctype] [type=submit]")
    click_through(page, "form:has([name=state]) [type=submit]")
    expect(page.locator("#result_list tbody tr")).to_have_count(50)
    expect(page.locator("nav.paginator")).to_contain_text("70 редова")


def open_rows(page: Page) -> None:
    """Open all rows of a form that are folded to a line."""
    page.evaluate("document.querySelectorAll('.folded-row > details').forEach(row => { row.open = true; })")


def meet(page: Page, cohort: Cohort, member: Member, name: str, mark: str) -> None:
    """A meeting of yesterday: who attended, minutes that contain a name, a photograph."""
    page.goto(f"{ADMIN}/meetings/add/")
    page.locator("[name=title_sr]").fill(f"Састанак {mark}")
    page.locator("[name=title_en]").fill("We met on the way")
    page.locator("[name=day]").fill((localdate() - timedelta(days=1)).isoformat())
    page.locator("[name=begins]").fill("10:00")
    page.locator("[name=ends]").fill("12:30")
    page.locator("[name=town]").select_option("nis")
    page.locator("[name=place]").fill("Омладински центар")
    page.locator(f"[name=cohorts][value='{cohort.pk}']").check()
    page.locator("[name=agenda_sr]").fill(f"1. Реч има {name}")
    page.get_by_label("safeguarding").check()
    click_through(page, ".staff-form [type=submit]")
    done(page)
    address = page.url
    page.goto(f"{address}attendance/")
    page.locator(".attendance-row [value=missed]").last.check()
    click_through(page, "[value=rest-attended]")
    page.goto(f"{address}minutes/")
    page.locator("[name=minutes]").fill(f"Говорила је {name}, затим остали.")
    page.locator("[name=form-0-order]").fill("1")
    page.locator("[name=form-0-text_sr]").fill(f"{' '.join(reversed(name.split()))} пише позив.")
    click_through(page, ".staff-form [type=submit]")
    # What everybody reads has no names; all that was typed is still there.
    expect(page.locator(".errornote")).to_be_visible()
    expect(page.locator("[name=minutes]")).to_have_value(f"Говорила је {name}, затим остали.")
    page.locator("[name=form-0-text_sr]").fill("Пишемо позив.")
    click_through(page, ".staff-form [type=submit]")
    expect(page.locator(".decisions li").first).to_have_text("Пишемо позив.")
    page.goto(f"{address}files/add/")
    image = {"name": "slika.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", (900, 600))}
    page.locator("[name=file]").set_input_files(image)
    page.locator("[name=name]").fill("Слика")
    page.locator("[name=description]").fill(name)
    page.locator(f"[name=shown][value='{member.pk}']").check()
    click_through(page, ".staff-form [type=submit]")
    expect(page.locator(".meeting-files img")).to_be_visible()


def open_consultation(page: Page, cohort: Cohort, adults: list[int], mark: str) -> str:
    """A consultation that is open for answers; its page."""
    page.goto(f"{ADMIN}/consultation/add/")
    open_rows(page)
    for field, words in (
        ("title_sr", f"Шта да се мења {mark}"),
        ("title_en", "What should change"),
        ("summary_sr", "Кажи шта мислиш."),
        ("summary_en", "Say what you think."),
        ("questions-0-order", "1"),
        ("questions-0-text_sr", "Треба ли час?"),
        ("questions-0-choices_sr", "Да\nНе"),
        ("questions-1-order", "2"),
        ("questions-1-text_sr", "Шта још?"),
    ):
        page.locator(f"[name={field}]").fill(words)
    page.locator("[name=questions-0-kind]").select_option("single")
    page.locator("[name=questions-1-kind]").select_option("open")
    page.locator(f"[name=cohorts][value='{cohort.pk}']").check()
    for pk in adults:
        page.locator(f"[name=facilitators][value='{pk}']").check()
    page.locator("[name=phases-0-feature]").select_option("answer")
    for field, days in (("starts_at", -1), ("ends_at", 2)):
        moment = timezone.localtime() + timedelta(days=days)
        page.locator(f"[name=phases-0-{field}_0]").fill(moment.strftime("%Y-%m-%d"))
        page.locator(f"[name=phases-0-{field}_1]").fill(moment.strftime("%H:%M"))
    click_through(page, "[name=_save]")
    stage = page.url
    click_through(page, "form[action$='/move/'] [type=submit]")
    expect(page.locator(".member-facts .pill.success")).to_be_visible()
    return stage


def print_codes(page: Page, cohort: Cohort) -> list[str]:
    """Codes off the paper; the PDF is an accessible one."""
    page.goto(f"{ADMIN}/codes/?cohort={cohort.pk}")
    with page.expect_download() as downloading:
        page.locator("#slips .button-row [type=submit]").click()
    pdf = downloading.value.path().read_bytes()
    assert pdf_ua.validate_pdf_bytes(pdf, profile="ua1").is_compliant
    text = "\n".join(each.get_textpage().get_text_range() for each in pypdfium2.PdfDocument(pdf))
    found = re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", text)
    assert len(found) == len(set(found)) == 70
    return found


def pick(page: Page, field: str, chosen: Sequence[str] = MINE) -> None:
    """Choose pictures with the keypad, or without scripts in the six groups."""
    keypad = page.locator(f"#id_{field} .keypad")
    for place, name in enumerate(chosen, 1):
        if keypad.is_visible():
            keypad.locator(f"[value={name}]").click()
        else:
            page.locator(f"#id_{field} label:has([name={field}-{place}][value={name}])").click()


def visit_first(page: Page, code: str) -> None:
    """From the form for the code, with a new slip, to the member's own page."""
    page.locator("[name=code]").fill(code)
    click_through(page, ".first-visit [type=submit]")
    pick(page, "pictures")
    pick(page, "again")
    click_through(page, ".join-form [type=submit]")
    assert page.url.endswith("/youth-panel/me/")


def visit_again(page: Page, code: str, chosen: Sequence[str] = MINE) -> None:
    """Send the form for the code, with pictures."""
    page.locator("[name=code]").fill(code)
    pick(page, "pictures", chosen)
    click_through(page, ".form-actions [type=submit]")


def answer_in_a_browser(page: Page, language: str, code: str, slug: str, words: str, *, has_name: bool = False) -> None:
    """Answer both questions; a name in the words is pointed out, and sent nevertheless."""
    page.goto(f"/{language}/youth-panel/join/")
    visit_first(page, code.lower())
    page.goto(f"/{language}/youth-panel/consultations/{slug}/")
    page.locator(".answer-form [type=radio]").first.check()
    page.locator(".answer-form textarea").fill(words)
    click_through(page, ".answer-form [type=submit]:not([name=confirmed])")
    if has_name:
        expect(page.locator(".answer-form [role=alert]")).to_be_visible()
        expect(page.locator(".answer-form textarea")).to_have_value(words)
        click_through(page, ".answer-form [name=confirmed]")
    expect(page.locator(".answer-form")).to_have_count(0)


def answer_by_form(client: APIRequestContext, code: str, slug: str, choice: int) -> None:
    """What a browser sends, without one."""

    def token(html: str) -> str:
        return re.findall(r'name="form_token" value="([^"]+)"', html)[0]

    def send(path: str, form: dict[str, Any]) -> None:
        assert client.post(path, form=form, max_redirects=0).status == 303

    join, path = "/sr/youth-panel/join/", f"/sr/youth-panel/consultations/{slug}/"
    send(f"{join}pictures/", {**chosen_twice(code), "form_token": token(client.get(join).text())})
    form_page = client.get(path).text()
    single = re.findall(r'type="radio"[^>]*name="(q\d+)"|name="(q\d+)"[^>]*type="radio"', form_page)[0]
    name = next(filter(None, single))
    value = re.findall(rf'name="{name}"[^>]*value="(\d+)"', form_page)[choice]
    # The open question has no answer, which the page would ask about.
    send(path, {"act": "answer", "form_token": token(form_page), name: value, "confirmed": "1"})


def write_paper(page: Page, name: str, pseudonym: str, mark: str) -> str:
    """A White Paper of one recommendation; refused while a name stands in it, then issued. The address of its edition in the staff site."""
    page.goto(f"{ADMIN}/recommendation/add/")
    page.evaluate("document.querySelectorAll('.form-section').forEach(box => { box.open = true; })")
    for field, words in (
        ("title_sr", f"Час {mark}"),
        ("title_en", f"A lesson {mark}"),
        ("text_sr", "Најмање једном годишње."),
        ("text_en", "Once a year at least."),
        ("child_text_sr", "Хоћемо час."),
        ("child_text_en", "We want a lesson."),
        ("addressee_sr", "Министарство просвете"),
        ("addressee_en", "Ministry of Education"),
        ("support", "60"),
        ("asked", "70"),
    ):
        page.locator(f"[name={field}]").fill(words)
    page.locator("[name=education]").select_option("formal")
    page.get_by_label(f"Шта да се мења {mark}").check()
    page.get_by_label(f"Састанак {mark}").check()
    click_through(page, "[name=_save]")
    page.goto(f"{ADMIN}/whitepaper/add/")
    page.locator("[name=title_sr]").fill(TITLES["sr"])
    page.locator("[name=title_en]").fill(TITLES["en"])
    page.locator("[name=slug]").fill(f"knjiga-{secrets.token_hex(4)}")
    texts = {
        "foreword_sr": f"Хвала, {name}.",
        "foreword_en": "Thank you.",
        "method_sr": "Нас је {members}, а састанака {meetings}.",
        "method_en": "We are {members}.",
    }
    for field, words in texts.items():
        write(page, field, words)
    page.locator("#places-group .add-row a").click()
    page.locator("[name=places-0-recommendation]").select_option(label=f"Час {mark}")
    click_through(page, "[name=_continue]")
    form = page.url
    issue = form.replace("/change/", "/issue/")
    page.goto(issue)
    for box in page.locator("[name=read]").all():
        box.check()
    click_through(page, "form:has([name=revision]) [type=submit]")
    expect(page.locator(".problems li")).to_have_count(1)
    # Where it stands, and not whose it is.
    expect(page.locator(".problems")).not_to_contain_text(pseudonym)
    page.goto(form)
    write(page, "foreword_sr", "Хвала свима.")
    click_through(page, "[name=_continue]")
    page.goto(issue)
    for box in page.locator("[name=read]").all():
        box.check()
    click_through(page, "form:has([name=revision]) [type=submit]")
    expect(page.locator(".issued a")).to_be_visible(timeout=90_000)
    click_through(page, ".issued a")
    return page.url


def write(page: Page, field: str, words: str) -> None:
    page.locator(f"div.prose-editor:has([name={field}]) .ProseMirror[contenteditable]").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def read_everywhere(page: Page, slug: str) -> None:
    """The edition in three languages and three formats, by readers that share no code with what made them."""
    for language in LANGUAGES:
        base = f"/{language}/youth-panel/white-papers/{slug}"
        page.goto(f"{base}/")
        expect(page.locator("h1")).to_have_text(TITLES[language])
        pdf = page.request.get(f"{base}.pdf").body()
        report = pdf_ua.validate_pdf_bytes(pdf, profile="ua1")
        assert report.is_compliant, report.failures
        assert pypdfium2.PdfDocument(pdf).get_metadata_dict()["Title"] == TITLES[language]
        document = mammoth.convert_to_html(io.BytesIO(page.request.get(f"{base}.docx").body()))
        assert [message for message in document.messages if message.type != "warning"] == []
        assert "<h1>" in document.value
        assert TITLES[language] in mammoth.extract_raw_text(io.BytesIO(page.request.get(f"{base}.docx").body())).value


def record_handover_and_answer(page: Page, edition: str, mark: str) -> None:
    page.goto(edition)
    page.locator("a[href*='/handover/add/']").first.click()
    page.locator("[name=recipient_sr]").fill("Министарство просвете")
    page.locator("[name=recipient_en]").fill("Ministry of Education")
    page.locator("[name=on]").fill(localdate().isoformat())
    click_through(page, "[name=_save]")
    done(page)
    for kind, words in (("received", "Примљено."), ("accepted", "Биће часа.")):
        page.goto(f"{ADMIN}/response/add/")
        page.locator("[name=recommendation]").select_option(label=f"Час {mark}")
        page.locator("[name=kind]").select_option(kind)
        page.locator("[name=on]").fill(localdate().isoformat())
        page.locator("[name=text_sr]").fill(words)
        page.locator("[name=source]").fill("Допис 7")
        click_through(page, "[name=_save]")
        done(page)
