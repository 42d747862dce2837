"""Pages of the staff site that follow a form or a script: bulk confirmations, refused forms, opened records, dialogs."""

from collections.abc import Callable
from typing import Final, NamedTuple

from playwright.sync_api import Page, expect

from tests.e2e.review_steps import press

# Buttons of staff forms: those of the admin, and of its own pages.
SAVE: Final = "[name=_save]"
SUBMIT: Final = "main form.staff-form [type=submit]"
FIRST_ROW: Final = "#result_list tbody th a"
OPEN: Final = "form[action$='/open/'] [type=submit]"
QUESTIONS: Final = "::Prva::Шта је лозинка? {=Тајна ~Име}\n\n::Druga::Ко је ту? {="


class Step(NamedTuple):
    """A role of the audit, and the function that leads to the page."""

    role: str
    lead: Callable[[Page], object]


def _chain(path: str, *selectors: str) -> Callable[[Page], None]:
    """Open `path`, then press each selector; every one leads to another page."""

    def lead(page: Page) -> None:
        page.goto(path)
        for selector in selectors:
            # The browser would stop at an empty required field.
            page.evaluate("for (const form of document.forms) form.noValidate = true")
            press(page, selector)

    return lead


def _bulk(path: str, action: str) -> Callable[[Page], None]:
    """Choose the first row of a list, and the action, which asks."""

    def lead(page: Page) -> None:
        page.goto(path)
        page.locator(".action-select").first.check()
        page.locator("select[name=action]").first.select_option(action)
        press(page, "button[name=index]")
        expect(page.locator("main form [name=action][type=hidden]")).to_have_value(action)

    return lead


def _upload(path: str, name: str, text: str) -> Callable[[Page], None]:
    """Choose a file with faults, which an import lists."""

    def lead(page: Page) -> None:
        page.goto(path)
        page.locator("main [type=file]").set_input_files(
            {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
        )
        press(page, "main form[enctype] [type=submit]")

    return lead


def _consents(formaction: str) -> Callable[[Page], None]:
    def lead(page: Page) -> None:
        page.goto("/admin/youthpanel/due/")
        page.locator("[name=consent]").first.check()
        page.locator("[name=consent]").last.check()
        press(page, f"#chosen-consents [type=submit]{formaction}")
        expect(page.locator("main [name=confirmed]")).to_have_count(1)

    return lead


def _saved_view(page: Page) -> None:
    page.goto("/admin/news/article/?state=published")
    page.locator(".save-view summary").click()
    page.locator("#view-name").fill("Објављено")
    press(page, ".save-view [type=submit]")
    page.goto("/admin/news/article/?state=published")
    page.locator(".filter-chip summary").first.click()
    expect(page.locator(".saved-view").first).to_be_visible()


def _live_preview(page: Page) -> None:
    page.goto("/admin/news/article/")
    press(page, FIRST_ROW)
    page.locator(".live-preview summary").click()
    expect(page.locator(".preview-frame")).to_be_visible()


def _picture_chooser(page: Page) -> None:
    page.goto("/admin/news/article/?state=published")
    press(page, FIRST_ROW)
    page.evaluate("for (const box of document.querySelectorAll('#content-main details')) box.open = true")
    page.locator(".choose-picture:visible").first.click()
    expect(page.locator(".picture-dialog #pictures")).to_be_visible()


def _palette(page: Page) -> None:
    page.goto("/admin/password_change/")
    page.locator(".open-search").click()
    page.locator("#palette-input").fill("а")
    expect(page.locator("#palette-options [role=option]").first).to_be_visible()


def _account_menu(page: Page) -> None:
    page.goto("/admin/password_change/")
    page.locator(".account summary").click()


def _opened_case(page: Page) -> None:
    page.goto("/admin/hotline/desk/")
    press(page, "form[action='/admin/hotline/desk/take/'] button")
    # A person who holds a case is asked first.
    if "/case/" not in page.url:
        press(page, "main a[href^='/admin/hotline/case/']")
    page.locator("#words-box [data-key=o]").click()
    expect(page.locator("#words-box .words")).to_be_visible()


STEPS: Final[dict[str, Step]] = {
    "publish news": Step("editor", _bulk("/admin/news/article/", "publish_chosen")),
    "unpublish news": Step("editor", _bulk("/admin/news/article/", "unpublish_chosen")),
    "delete synonyms": Step("editor", _bulk("/admin/search/synonymgroup/", "delete_selected")),
    **{
        f"{model}, refused": Step("editor", _chain(f"/admin/{model}/add/", SAVE))
        for model in (
            "news/article",
            "games/game",
            "quizzes/quiz",
            "quizzes/question",
            "library/resource",
            "topics/topic",
        )
    },
    "questions with faults": Step("editor", _upload("/admin/quizzes/question/import/", "pitanja.gift", QUESTIONS)),
    "resources with faults": Step("editor", _upload("/admin/library/resource/import/", "resursi.csv", "")),
    "saved view": Step("editor", _saved_view),
    "live preview": Step("editor", _live_preview),
    "picture chooser": Step("editor", _picture_chooser),
    "search": Step("editor", lambda page: page.goto("/admin/find/?q=лозинк")),
    "search without results": Step("editor", lambda page: page.goto("/admin/find/?q=qqqqqq")),
    "list without results": Step("editor", lambda page: page.goto("/admin/news/article/?q=qqqqqq")),
    "palette": Step("author", _palette),
    "account menu": Step("author", _account_menu),
    "new recovery codes": Step("author", _chain("/admin/second-factors/", "form[action$='/codes/'] [type=submit]")),
    "password, refused": Step("author", _chain("/admin/password_change/", "#content-main [type=submit]")),
    "cancel bookings": Step("events", _bulk("/admin/events/booking/", "cancel_chosen")),
    "booking, opened": Step("events", _chain("/admin/events/booking/", FIRST_ROW, OPEN)),
    "event, refused": Step("events", _chain("/admin/events/event/add/", SAVE)),
    "member, opened": Step("coordinator", _chain("/admin/youthpanel/member/", FIRST_ROW, OPEN)),
    "member, refused": Step("coordinator", _chain("/admin/youthpanel/member/add/", SAVE)),
    "meeting, refused": Step("coordinator", _chain("/admin/youthpanel/meetings/add/", SUBMIT)),
    "remind of consents": Step("coordinator", _consents(":not([formaction])")),
    "renew consents": Step("coordinator", _consents("[formaction]")),
    "consultation, refused": Step("coordinator", _chain("/admin/youthpanel/consultation/add/", SAVE)),
    "note": Step("safeguarding", _chain("/admin/youthpanel/safeguarding/", ".notes h2 a")),
    "note, opened": Step("safeguarding", _chain("/admin/youthpanel/safeguarding/", ".notes h2 a", OPEN)),
    "action of a note, refused": Step(
        "safeguarding", _chain("/admin/youthpanel/safeguarding/", ".notes h2 a", "a[href$='/actions/add/']", SUBMIT)
    ),
    "note, refused": Step("safeguarding", _chain("/admin/youthpanel/safeguarding/add/", SUBMIT)),
    "report by hand, refused": Step("analyst", _chain("/admin/hotline/enter/", "main .button-row [type=submit]")),
    "case, opened": Step("analyst", _opened_case),
    "address of an item": Step(
        "analyst", _chain("/admin/hotline/contentitem/?kind__exact=url", FIRST_ROW, "[formaction*='/hotline/address/']")
    ),
    "complaint, opened": Step("supervisor", _chain("/admin/hotline/complaint/", FIRST_ROW, OPEN)),
    "shift, refused": Step("supervisor", _chain("/admin/alerts/shifts/add/", SUBMIT)),
    "channel, refused": Step("supervisor", _chain("/admin/alerts/channels/add/", SUBMIT)),
    "key of a partner": Step(
        "supervisor", _chain("/admin/hotline/partner/", FIRST_ROW, "a[href$='/make-key/']", SUBMIT)
    ),
    "webhook, refused": Step(
        "supervisor", _chain("/admin/hotline/partner/", FIRST_ROW, "a[href$='/webhook/']", SUBMIT)
    ),
    "hash list, refused": Step(
        "supervisor", _chain("/admin/hotline/hash-lists/add/", "main form.list-form [type=submit]")
    ),
    "recovery, refused": Step("supervisor", _chain("/admin/account-recoveries/", SUBMIT)),
    "alert hosts, refused": Step(
        "administrator", _chain("/admin/alerts/hosts/", "main form.staff-form .button-row [type=submit]")
    ),
    "account, refused": Step("administrator", _chain("/admin/accounts/user/add/", SAVE)),
}
