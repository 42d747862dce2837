"""The seed games in a real browser: by keyboard on a phone, without scripts, by dragging, and in the editors' preview."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import RULES, unfold
from tests.e2e.test_editing import faults

WIDTH = 360


def faults_of_editor(page: Page) -> list[object]:
    """Return the axe violations of the editors' form, for the first of repeated parts."""
    parts = {"include": [[".story-graph"], [".game-preview"], ["#scenes-0"], ["#scenes-0-choices-0"], ["#next-group"]]}
    found = Axe().run(page, context=parts, options=RULES).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]


def play_story(page: Page) -> None:
    """Take the last choice of each scene until the end. The heading of a new scene has the focus."""
    page.get_by_role("link", name="Start the story").press("Enter")
    for _step in range(30):
        heading = page.locator("h1[data-focus-after]")
        expect(heading).to_be_focused()
        if page.locator(".story-again").count():
            break
        before = heading.inner_text()
        page.locator(".story-choice").last.press("Enter")
        expect(heading).not_to_have_text(before)


def play_sort(page: Page) -> None:
    """Sort each card by its number key and Enter. The button for the next card has the focus."""
    cards = page.locator("fieldset.sort-card").all()
    bins = [bin.get_attribute("data-bin") for bin in page.locator(".stage-bin").all()]
    better = {card.locator("legend").text_content(): card.get_attribute("data-better") for card in cards}
    for number in range(len(better)):
        key = better[page.locator(".stage-card").text_content()]
        if number % 3 == 2:
            page.locator(f".stage-bin[data-bin={key}]").press("Enter")
        else:
            page.locator(".stage-bin").first.press(str(bins.index(key) + 1))
        expect(page.locator(".stage-next")).to_be_focused()
        page.keyboard.press("Enter")


def play_pairs(page: Page) -> None:
    """Choose a wrong meaning first, then the right ones."""
    words = page.locator(".pair-button[data-place]")
    first = words.first
    first.press("Enter")
    wrong = page.locator(f".pair-button[data-of]:not([data-of='{first.get_attribute('data-place')}'])").first
    wrong.press("Enter")
    expect(page.locator(".stage-feedback")).to_contain_text("Not quite")
    for word in words.all():
        word.press("Enter")
        page.locator(f".pair-button[data-of='{word.get_attribute('data-place')}']").press("Enter")
        expect(word).to_have_class("pair-button is-matched")
    expect(page.get_by_role("button", name="Check answers").last).to_be_focused()
    page.keyboard.press("Enter")


def play_spot(page: Page) -> None:
    """Mark every clue with the space bar."""
    clues = page.locator(".mock-part[data-clue=yes] input")
    for box in clues.all():
        box.press("Space")
    expect(page.locator(".play-status")).to_contain_text(f"Clues found: {clues.count()} of {clues.count()}")
    is_clue = page.locator(".mock-part").first.get_attribute("data-clue") == "yes"
    expect(page.locator(".part-explanation").first).to_be_visible(visible=is_clue)
    page.get_by_role("button", name="Check answers").press("Enter")


def play_lock(page: Page) -> None:
    """Choose a safe option for every setting. The visible items update immediately."""
    everyone = page.locator("[data-viewer] [data-count]").last
    before = int(everyone.inner_text())
    for setting in page.locator(".lock-setting").all():
        setting.locator("[data-safe=yes] input").first.press("Space")
    assert int(everyone.inner_text()) < before
    page.get_by_role("button", name="Check settings").press("Enter")


@pytest.mark.parametrize(
    ("slug", "play", "dark"),
    [
        ("the-group-chat", play_story, False),
        ("share-ask-never", play_sort, True),
        ("words-and-meanings", play_pairs, False),
        ("spot-the-fake", play_spot, True),
        ("lock-it", play_lock, False),
        ("the-new-friend", play_story, True),
        ("the-picture", play_story, False),
        ("joke-or-hate", play_sort, False),
    ],
)
def test_is_finished_by_keyboard_on_a_phone(
    visit: Callable[..., Page], slug: str, play: Callable[[Page], None], dark: bool
) -> None:
    page = visit(width=WIDTH, dark=dark)
    page.goto(f"/en/games/{slug}/")
    expect(page.locator(".game")).to_be_visible()
    assert faults(page) == []
    play(page)
    result = page.locator(".is-complete, .story-again")
    expect(result).to_be_visible()
    expect(page.get_by_role("heading", name="Remember this")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Start again" if play is play_story else "Try again").press("Enter")
    expect(result).to_be_hidden()
    assert page.context.cookies() == []


# What a player presses or reads an answer on.
ANSWERS = ".play button:visible, .play label:visible, .play .mock-part:visible, .story-choice:visible, .play-actions :is(a, button):visible"


def chosen_bin(page: Page) -> int:
    """Return the number (from 0) of the bin chosen for the shown card. The cards are mixed."""
    text = page.locator(".stage-card").text_content()
    card = page.locator("fieldset.sort-card").filter(has=page.locator("legend", has_text=text))
    return [box.is_checked() for box in card.locator("input").all()].index(True)


def test_a_story_supports_browser_back_and_rewinding(visit: Callable[..., Page]) -> None:
    page = visit(width=1280, dark=True)
    page.goto("/en/games/the-group-chat/start/")
    heading, first = page.locator("h1"), page.locator("h1").inner_text()
    page.locator(".story-choice").first.click()
    expect(heading).not_to_have_text(first)
    second = heading.inner_text()
    assert page.title().startswith(second)
    page.locator(".story-choice").first.click()
    expect(heading).not_to_have_text(second)
    page.go_back()
    expect(heading).to_have_text(second)
    page.get_by_text("Your choices so far").click()
    assert faults(page) == []
    page.locator(".story-path .rewinds a").first.click()
    expect(heading).to_have_text(first)


def test_a_card_is_dragged_into_a_bin_and_one_beside_it_is_not(visit: Callable[..., Page]) -> None:
    page = visit(width=1280)
    page.goto("/en/games/share-ask-never/")
    card, bin = page.locator(".stage-card"), page.locator(".stage-bin").nth(1)
    start, end = card.bounding_box(), bin.bounding_box()
    assert start is not None
    assert end is not None
    for x, y in ((start["x"] + 5, start["y"] - 20), (end["x"] + end["width"] / 2, end["y"] + end["height"] / 2)):
        expect(page.locator(".stage-next")).to_be_hidden()
        page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        page.mouse.down()
        page.mouse.move(x, y, steps=5)
        page.mouse.up()
    expect(page.locator(".stage-next")).to_be_focused()
    assert chosen_bin(page) == 1
    # Sound is off by default.
    expect(page.get_by_role("button", name="Sound: off")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Sound: off").click()
    expect(page.get_by_role("button", name="Sound: on")).to_have_attribute("aria-pressed", "true")


def test_touch_dragging_works_and_the_script_stays(visit: Callable[..., Page]) -> None:
    page = visit(width=WIDTH, height=740, has_touch=True, is_mobile=True)
    page.goto("/sr-latn/games/share-ask-never/")
    page.locator(".stage-bin").nth(2).scroll_into_view_if_needed()
    boxes = [page.locator(".stage-card").bounding_box(), page.locator(".stage-bin").nth(2).bounding_box()]
    (x, y), (to_x, to_y) = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in (0.3, 0.6, 1):
        point = {"x": x + (to_x - x) * step, "y": y + (to_y - y) * step}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    expect(page.locator(".stage-bin.is-over")).to_have_count(1)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".stage-next")).to_be_visible()
    assert chosen_bin(page) == 2
    assert re.findall("[\u0400-\u04ff]+", page.locator(".stage").inner_text()) == []


def test_everything_is_there_without_a_script(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, width=WIDTH, dark=True)
    page.goto("/en/games/")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    page.get_by_role("link", name="7 to 10 years").click()
    page.locator(".game-card h3 a", has_text="Share, ask, keep").click()
    for card in page.locator("fieldset.sort-card").all():
        card.locator("input").first.check()
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    page.get_by_role("button", name="Check answers").click()
    expect(page.locator(".game-result h2")).to_contain_text("cards are in the right place")
    page.goto("/en/games/the-group-chat/")
    page.get_by_role("link", name="Start the story").click()
    while page.locator(".story-choice").count():
        page.locator(".story-choice").last.click()
    page.locator(".rewinds a").first.click()
    expect(page.locator(".story-choices")).to_be_visible()


def test_an_editor_plays_unsaved_changes(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor")
    page.goto("/admin/games/game/")
    page.get_by_role("link", name="Група одељења").click()
    page.wait_for_url("**/change/**")
    unfold(page)
    frame = page.frame_locator(".preview-frame")
    frame.locator("[data-go]").first.click()
    page.locator("[name=scenes-1-title_sr]").focus()
    expect(frame.locator("h1")).to_have_text(page.locator("[name=scenes-1-title_sr]").input_value())
    page.locator("[name=scenes-0-title_sr]").fill("Наслов који нико није сачувао")
    expect(frame.locator("h1")).to_have_text("Наслов који нико није сачувао")
    frame.locator(".story-choice").first.click()
    expect(frame.locator("h1")).not_to_have_text("Наслов који нико није сачувао")
    page.locator("[name=preview_language]").select_option("en")
    expect(frame.locator("h2").first).to_have_text("What do you do?")
    assert faults_of_editor(page) == []
    scenes = int(page.locator("[name=scenes-INITIAL_FORMS]").input_value())
    expect(page.locator(".story-graph .graph-node")).to_have_count(scenes)
