"""Draws the pictures of the README from the portal that `make run` has started: `make screenshots`."""

import json
import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from clicksafely.healthcheck import is_ready

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PICTURES = BASE_DIR / "docs" / "img"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 760}
# Picture: address, window, colour scheme.
PUBLIC = {
    "home": ("/sr/", WIDE, "light"),
    "home-dark": ("/sr-latn/", WIDE, "dark"),
    "home-phone": ("/sr/", PHONE, "light"),
    "report": ("/sr/report/", WIDE, "light"),
    "report-phone": ("/sr/report/cyberbullying/", PHONE, "light"),
}
ANALYST = "analyst1"


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
            page.goto(path)
            _draw(page, name)
        _draw(_desk(browser, port), "desk")
        browser.close()
    return 0


def _page(browser: Browser, port: int, window: dict[str, int], scheme: str) -> Page:
    return browser.new_page(
        base_url=f"http://localhost:{port}", viewport=window, color_scheme=scheme, reduced_motion="reduce"
    )


def _desk(browser: Browser, port: int) -> Page:
    """The desk of an analyst who has signed in."""
    var_dir = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
    accounts = {entry["username"]: entry for entry in json.loads((var_dir / "demo-accounts.json").read_text())}
    command = [sys.executable, str(BASE_DIR / "manage.py"), "code", ANALYST]
    code = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    page = _page(browser, port, WIDE, "light")
    page.goto("/admin/")
    page.locator("[name=username]").fill(ANALYST)
    page.locator("[name=password]").fill(accounts[ANALYST]["password"])
    page.locator("[name=otp_token]").fill(code)
    page.locator("#login-form [type=submit]").click()
    page.goto("/admin/hotline/desk/")
    return page


def _draw(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")
    sys.stdout.write(f"docs/img/{name}.png\n")


if __name__ == "__main__":
    sys.exit(main())
