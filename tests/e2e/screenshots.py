"""Draws the pictures of the README from the portal that `make run` has started: `make screenshots`."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from clicksafely.healthcheck import is_ready

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PICTURES = BASE_DIR / "docs" / "img"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 760}
# Pupils of the class whose finale is shown: results need five.
CLASS_SIZE = 6
# Colours of a picture: few enough for a small file, enough for even gradients.
COLOURS = 128


def _white_paper(page: Page) -> None:
    """The first published White Paper."""
    page.goto("/sr/youth-panel/")
    page.locator("main a[href*='/white-papers/']").first.click()
    page.locator("h1").wait_for()


def _finale(page: Page) -> None:
    """The board of a class that has ended: the hardest question."""
    context = page.context
    teacher = context.new_page()
    teacher.goto("/sr/class/open/phishing-no-hook/")
    teacher.locator("[name=pace][value=teacher]").check()
    teacher.locator("main form [type=submit]").click()
    code = teacher.locator(".class-code").inner_text().replace(" ", "")
    pupils = [context.new_page() for _number in range(CLASS_SIZE)]
    for pupil in pupils:
        pupil.goto(f"/sr/class/{code}/")
        pupil.locator("main form [type=submit]").click()
        pupil.wait_for_url("**?p=*")
    page.goto(f"/sr/class/{code}/board/")
    teacher.locator("#act-start").click()
    teacher.locator("#act-show").wait_for()
    while not teacher.locator("#act-forward").count():
        for number, pupil in enumerate(pupils):
            pupil.reload()
            choices = pupil.locator("main [name=answer]:is([type=radio], [type=checkbox])")
            if choices.count():
                choices.nth(number % choices.count()).check(force=True)
                pupil.locator("main form .btn-primary").click()
        teacher.locator("#act-show").click()
        teacher.locator("#act-next").click()
        teacher.locator("#act-show, #act-forward").wait_for()
    teacher.locator("#act-forward").click()
    page.locator(".board-number").wait_for()
    for other in (teacher, *pupils):
        other.close()


# Picture: address or the way to the page, window, colour scheme.
PUBLIC: dict[str, tuple[str | Callable[[Page], None], dict[str, int], str]] = {
    "home": ("/sr/", WIDE, "light"),
    "home-dark": ("/sr-latn/", WIDE, "dark"),
    "home-phone": ("/sr/", PHONE, "light"),
    "topic": ("/sr/topics/phishing/", WIDE, "light"),
    "game": ("/sr/games/klik/", WIDE, "light"),
    "report": ("/sr/report/", WIDE, "light"),
    "report-phone": ("/sr/report/cyberbullying/", PHONE, "light"),
    "child-phone": ("/sr/report/?about=me", PHONE, "light"),
    "class-finale": (_finale, WIDE, "dark"),
    "white-paper": (_white_paper, WIDE, "light"),
}


def _case(page: Page) -> None:
    """Take the next case, or show the one that is held."""
    page.goto("/admin/hotline/desk/")
    page.locator("form[action$='/desk/take/'] button, main a[href^='/admin/hotline/case/']").first.click()
    page.locator("#content-box").wait_for()
    page.mouse.move(0, 0)


def _preview(page: Page) -> None:
    """The form of the newest article beside its preview."""
    page.goto("/admin/news/article/?state=published")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".live-preview > summary").click()
    page.locator(".preview-frame").wait_for()
    page.frame_locator(".preview-frame").locator("h1").wait_for()
    page.evaluate("window.scrollTo(0, 0)")


def _builder(page: Page) -> None:
    """The questions of a quiz."""
    page.goto("/admin/quizzes/quiz/?state=published")
    page.locator("#result_list tbody th a").first.click()
    builder = page.locator("[data-quiz-builder]")
    builder.locator(".order-tools").first.wait_for()
    builder.evaluate("builder => builder.scrollIntoView()")


# Picture: account, and its page or the way to it.
STAFF: dict[str, tuple[str, str | Callable[[Page], None]]] = {
    "my-work": ("analyst1", "/admin/hotline/desk/"),
    "case": ("analyst1", _case),
    "staff-home": ("coordinator", "/admin/"),
    "supervisor-home": ("supervisor", "/admin/"),
    "editor-home": ("editor", "/admin/"),
    "editor": ("editor", _preview),
    "quiz-builder": ("editor", _builder),
    "audit": ("auditor", "/admin/common/auditevent/"),
}


def main() -> int:
    """Exit code 1, with one line, where no portal runs."""
    port = int(os.environ.get("PORT", "8000"))
    if not is_ready(port):
        sys.stderr.write(f"No portal answers on port {port}: start `make run` in another terminal first.\n")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--no-sandbox", "--disable-gpu"]
        )
        for name, (path, window, scheme) in PUBLIC.items():
            page = _page(browser, port, window, scheme)
            _open(page, path)
            _draw(page, name)
        pages: dict[str, Page] = {}
        for name, (account, way) in STAFF.items():
            if account not in pages:
                pages[account] = _signed_in(browser, port, account)
            _open(pages[account], way)
            _draw(pages[account], name)
        browser.close()
    return 0


def _open(page: Page, way: str | Callable[[Page], None]) -> None:
    if isinstance(way, str):
        page.goto(way)
    else:
        way(page)


def _page(browser: Browser, port: int, window: dict[str, int], scheme: str) -> Page:
    context = browser.new_context(
        base_url=f"http://localhost:{port}", viewport=window, color_scheme=scheme, reduced_motion="reduce"
    )
    return context.new_page()


def _signed_in(browser: Browser, port: int, account: str) -> Page:
    """The home page of an account that has signed in."""
    var_dir = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
    accounts = {entry["username"]: entry for entry in json.loads((var_dir / "demo-accounts.json").read_text())}
    command = [sys.executable, str(BASE_DIR / "manage.py"), "code", account]
    code = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    page = _page(browser, port, WIDE, "light")
    page.goto("/admin/")
    page.locator("[name=username]").fill(account)
    page.locator("[name=password]").fill(accounts[account]["password"])
    page.locator("[name=otp_token]").fill(code)
    with page.expect_navigation():
        page.locator("#login-form [type=submit]").click()
    return page


def _draw(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)
    sys.stdout.write(f"docs/img/{name}.png\n")


if __name__ == "__main__":
    sys.exit(main())
