"""Steps of all staff: from the home page by the menu, the search and links, never by typed addresses."""

import re
from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from awareness.quizzes.models import Question
from tests.e2e.page_checks import SETTLED, WIDER, faults

NUMBER = re.compile(r"\d+")
CONTROLS = "document.querySelectorAll('a, button, input, select, textarea, summary, iframe, [tabindex]').length"
IS_BEFORE_FOCUS = (
    "target => !!(target.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)"
)


class Colleague:
    """A member of staff at a browser. Counts clicks and page loads, and checks every kind of page that is reached once.

    Text is filled in with `page`; typing is not counted. Everything else that needs the mouse is a click, select boxes and files too.
    With `keyboard`, links, buttons, folds and tick boxes are reached by Tab and pressed, as without a mouse.
    """

    def __init__(self, page: Page, *, scripts: bool = True, checks: bool = True, keyboard: bool = False) -> None:
        self.page = page
        self._scripts, self._checks, self._keyboard = scripts, checks, keyboard
        self.clicks = self.loads = 0
        self.faults: dict[str, list[tuple[str, str]]] = {}
        self._checked: set[str] = set()
        page.on("domcontentloaded", lambda _page: self._count_load())
        self.check()

    def _count_load(self) -> None:
        self.loads += 1

    def start(self) -> None:
        """Begin to count, on the home page."""
        self.go(self.page.locator("a.brand"))
        self.clicks = self.loads = 0

    def check(self) -> None:
        """Check the page that is shown, unless a page of its kind was checked; numbers in the path do not matter."""
        kind = NUMBER.sub("0", self.page.url.partition("?")[0])
        if self._checks and kind not in self._checked:
            self._checked.add(kind)
            if found := self._find_faults():
                self.faults[kind] = found

    def _find_faults(self) -> list[tuple[str, str]]:
        if not self._scripts:
            # axe and the animations never end on a page without scripts.
            return [("runs over its edge", html) for html in self.page.evaluate(WIDER)]
        self.page.evaluate(SETTLED)
        return faults(self.page, fingers=False)

    def _press(self, target: Locator, key: str = "Enter") -> None:
        if not self._keyboard:
            target.click()
            return
        self.reach(target)
        self.page.keyboard.press(key)

    def reach(self, target: Locator) -> None:
        """Press Tab, or Shift+Tab for a target before the focus, until the target has the focus, as a person without a mouse does.

        The page may have rows of other tests, so its controls are counted, with those of its frames.
        """
        expect(target).to_be_visible()
        key = "Shift+Tab" if target.evaluate(IS_BEFORE_FOCUS) else "Tab"
        for _tab in range(sum(frame.evaluate(CONTROLS) for frame in self.page.frames) + 2):
            if target.evaluate("target => target === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"not reached by {key}: {target}")

    def click(self, target: Locator) -> None:
        """Click on something that leads to no other page."""
        self.clicks += 1
        self._press(target)

    def go(self, target: Locator, *, downloads: bool = False) -> Any:
        """Click on a link or a button and arrive at the page; with `downloads`, return the file."""
        self.clicks += 1
        if downloads:
            with self.page.expect_download() as download:
                self._press(target)
            return download.value
        with self.page.expect_navigation():
            self._press(target)
        self.check()
        return None

    def link(self, name: str | re.Pattern[str], *, within: str = "#content", exact: bool = False) -> None:
        """Follow the first link with this name in the content."""
        self.go(self.page.locator(within).get_by_role("link", name=name, exact=exact).first)

    def press(self, name: str | re.Pattern[str], *, within: str = "#content") -> None:
        """Press the first button with this name in the content, which leads to another page."""
        self.go(self.page.locator(within).get_by_role("button", name=name, exact=True).first)

    def menu(self, name: str) -> None:
        """Follow an entry of the menu, and arrive at the page with this title."""
        menu = self.page.locator("#staff-menu")
        if not menu.is_visible():
            self.click(self.page.locator(".menu-button"))
        link = self.page.locator("a", has_text=re.compile(rf"^\s*{re.escape(name)}(\s*waiting:\s*[\d+]+)?\s*$"))
        entry = menu.locator("li", has=link).first
        if not entry.is_visible():
            self.click(menu.locator("details", has=link).locator("summary"))
        self.go(entry.locator("a"))
        expect(self.page.locator("h1")).to_have_text(name)

    def find(self, words: str, name: str | re.Pattern[str]) -> None:
        """Search for words in the palette and open a hit."""
        self.click(self.page.locator(".open-search"))
        self.page.locator("#palette-input").fill(words)
        hit = self.page.get_by_role("option", name=name).first
        if not self._keyboard:
            self.go(hit)
            return
        # The field keeps the focus; arrows mark a hit.
        expect(hit).to_be_visible()
        for _hit in range(self.page.get_by_role("option").count()):
            if hit.get_attribute("aria-selected") == "true":
                break
            self.page.keyboard.press("ArrowDown")
        self.go(self.page.locator("#palette-input"))

    def tick(self, target: Locator) -> None:
        """Tick a box or choose a radio button."""
        self.clicks += 1
        if self._keyboard:
            # Tab reaches one radio button of a group only.
            target.press("Space")
            expect(target).to_be_checked()
        else:
            target.check()

    def choose(self, target: Locator, **option: str) -> None:
        """Choose from a select box."""
        self.clicks += 1
        target.select_option(**option)

    def upload(self, target: Locator, file: Any) -> None:
        """Choose a file."""
        self.clicks += 1
        target.set_input_files(file)

    def unfold(self, name: str) -> None:
        """Open a section of a form or a filter, unless it is open."""
        summary = self.page.locator("#content summary", has_text=name).first
        if not summary.evaluate("summary => summary.parentElement.open"):
            self.click(summary)

    def succeeded(self) -> None:
        """Wait for the message of success."""
        expect(self.page.locator(".messagelist li.success").first).to_be_visible()


def fill_in_quiz(person: Colleague, title: str, questions: Iterable[Question]) -> None:
    """Follow the menu to the form of a new quiz, and fill in its texts, its level and questions of the bank."""
    page = person.page
    person.menu("Quizzes")
    person.link("Add")
    page.locator("[name=title_sr]").fill(title)
    page.locator("[name=summary_sr]").fill("Пет питања.")
    person.choose(page.locator("[name=level]"), value="11-14")
    for number, question in enumerate(questions):
        person.click(page.locator(".builder-bank .select2-selection"))
        page.locator(".select2-search__field").press_sequentially(question.name)
        expect(page.locator(".select2-results__option--highlighted")).to_contain_text(question.text_en[:40])  # type: ignore[attr-defined]
        page.keyboard.press("Enter")
        expect(page.locator(".builder-card")).to_have_count(number + 1)
