"""Quizzes in a real browser: every kind by keyboard with scripts, every kind without them, dragging, and a name that goes nowhere."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, Request, expect

from awareness.quizzes.kinds import schemas as plain_quiz
from awareness.quizzes.kinds.base import Answer
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.models import Quiz
from awareness.quizzes.services import create_quiz
from clicksafely.accounts.models import User
from clicksafely.common.page_cache import content_version
from tests.clients.quiz_answers import RIGHT, WRONG, filled
from tests.clients.quiz_player import SINCE
from tests.e2e.page_checks import RULES
from tests.factories import quizzes as quiz_factory
from tests.live_portal import Site
from tests.waiting import until

ALL_KINDS, SHORT_QUIZ = "svaka-vrsta", "kratak"
SHORT = (quiz_factory.SINGLE, quiz_factory.SCENARIO)
NAME = "Ђурђа Ђокић-Q7X"


@pytest.fixture(scope="module", autouse=True)
def _lists_for_other_tests(site: Site) -> Iterator[None]:
    """Unpublish the quizzes of these tests at the end: the portal is shared, and its lists would be longer."""
    yield
    with site.orm():
        Quiz.objects.filter(slug__in=[ALL_KINDS, SHORT_QUIZ]).update(published_at=None)
        content_version.bump()
    until(lambda: ALL_KINDS not in urlopen(f"{site.url}/en/quizzes/").read().decode())  # noqa: S310 - loopback


def published_path(site: Site, facts: plain_quiz.Quiz) -> str:
    """The path of this quiz in Serbian."""
    with site.orm():
        if not Quiz.objects.filter(slug=facts.slug).exists():
            create_quiz(facts=facts, actor=User.objects.get(username="editor"), now=SINCE)
        Quiz.objects.filter(slug=facts.slug).update(published_at=SINCE)
    return f"/sr/quizzes/{facts.slug}/"


@pytest.fixture
def quiz(site: Site) -> str:
    """A quiz with a question of every kind."""
    return published_path(site, replace(quiz_factory.QUIZ, slug=ALL_KINDS))


@pytest.fixture
def short_quiz(site: Site) -> str:
    """A quiz with two questions."""
    return published_path(site, replace(quiz_factory.QUIZ, slug=SHORT_QUIZ, questions=SHORT))


# What moved by itself after it was first drawn (https://web.dev/articles/cls), as the browser has noted it.
SHIFTED = """() => new Promise((resolve) => new PerformanceObserver((list) => resolve(
  list.getEntries().filter((one) => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0),
)).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => resolve(0), 50))"""


def step(page: Page, button: str) -> None:
    """Press a button of the play and have what it leads to."""
    with page.expect_navigation():
        page.locator(button).click()


def check(page: Page) -> None:
    """Accessible, and no wider than the window."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def assert_no_layout_shift(page: Page) -> None:
    """The cumulative layout shift is good by Core Web Vitals. On a busy machine, the font replaces its fallback late."""
    assert page.evaluate(SHIFTED) < 0.1


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; a person who cannot see where it is could not either."""
    for _press in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {selector}")


def press(page: Page, value: str) -> None:
    """A button of the play, by keyboard."""
    tab_to(page, f"button[name=act][value={value}]")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_answer(page: Page, question: Question, answer: Answer) -> None:
    """An answer, by keyboard alone."""
    for fields in filled(question, answer):
        for name, values in fields.lists():
            if name == "way":
                continue
            if question.kind == "ordering":
                # With the buttons beside each row, further down.
                continue
            # Boxes in the order in which Tab comes by.
            field_values = page.locator("input[name=answer]").evaluate_all("all => all.map(one => one.value)")
            for value in sorted(values, key=lambda value: field_values.index(value) if value in field_values else 0):
                if name.startswith("put-"):
                    tab_to(page, f"select[name={name}]")
                    while page.evaluate("document.activeElement.value") != value:
                        page.keyboard.press("ArrowDown")
                elif question.kind in {"short", "numeric"}:
                    tab_to(page, "input[name=answer]")
                    page.keyboard.type(value)
                elif page.locator("input[type=radio]").count():
                    choose_radio(page, value)
                else:
                    tab_to(page, f"input[name=answer][value='{value}']")
                    page.keyboard.press("Space")
        if question.kind == "ordering":
            for place in range(len(question.choices)):
                rows = page.locator(".question-row select")
                while (row := rows.evaluate_all("all => all.map(one => one.name)").index(f"put-{place}")) > place:
                    tab_to(page, f".question-row:nth-child({row + 1}) [data-up]")
                    page.keyboard.press("Enter")
        press(page, "answer")


def choose_radio(page: Page, value: str) -> None:
    """Arrows move between radio buttons."""
    tab_to(page, "input[type=radio]")
    page.keyboard.press("Space")
    for _press in range(6):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no radio button {value}")


def test_every_kind_by_keyboard_on_a_phone(visit: Callable[..., Page], quiz: str) -> None:
    page = visit(width=360)
    page.goto(quiz)
    check(page)
    tab_to(page, ".quiz-begin")
    page.keyboard.press("Enter")
    for number, question in enumerate(quiz_factory.EACH_KIND, 1):
        expect(page.locator("h1")).to_contain_text(f"{number}")
        check(page)
        assert_no_layout_shift(page)
        type_answer(page, question, RIGHT[question.kind])
        # What is said is where reading goes on.
        expect(page.locator(".feedback-head h2")).to_be_focused()
        expect(page.locator(".feedback-head h2")).to_be_in_viewport()
        expect(page.locator(".feedback")).to_have_class(
            f"feedback feedback-{'right' if kind_of(question).is_scored else 'opinion'}"
        )
        press(page, "next" if number < len(quiz_factory.EACH_KIND) else "finish")
    expect(page.locator("h1")).to_contain_text("10")
    assert page.context.cookies() == []


def send(page: Page, question: Question, answers: object) -> None:
    """Fill in the plain fields with the mouse."""
    for fields in filled(question, answers):  # type: ignore[arg-type]
        for name, values in fields.lists():
            for value in values:
                if name.startswith("put-"):
                    page.locator(f"select[name={name}]").select_option(value)
                elif name == "answer" and question.kind in {"short", "numeric"}:
                    page.locator("input[name=answer]").fill(value)
                elif name == "answer":
                    page.locator(f"input[name=answer][value='{value}']").check()
        step(page, "button[value=answer]")


def test_every_kind_without_scripts_in_the_dark(visit: Callable[..., Page], quiz: str) -> None:
    page = visit(javascript=False, width=1280, dark=True)
    page.goto(quiz.replace("/sr/", "/sr-latn/"))
    step(page, ".quiz-begin")
    for number, question in enumerate(quiz_factory.EACH_KIND, 1):
        step(page, "button[value=answer]")
        expect(page.locator("#question-error")).to_be_visible()
        send(page, question, WRONG.get(question.kind, RIGHT[question.kind]))
        expect(page.locator(".feedback")).to_have_class(
            f"feedback feedback-{'wrong' if kind_of(question).is_scored else 'opinion'}"
        )
        step(page, f".play-main[value={'next' if number < len(quiz_factory.EACH_KIND) else 'finish'}]")
    expect(page.locator(".result-row")).to_have_count(13)
    # The line for the name stays blank; what only works with a script is not there.
    expect(page.locator(".certificate-name")).to_be_visible()
    expect(page.locator("#certificate-name")).to_be_hidden()
    expect(page.locator("[data-print]")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".certificate")).to_be_visible()
    for away in ("h1", ".site-header", ".site-footer", ".result-row >> nth=0"):
        expect(page.locator(away)).to_be_hidden()


def drag(page: Page, source: str, x: float, y: float) -> None:
    """Hold, move in steps, let go."""
    box = page.locator(source).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(x, y, steps=8)


def test_items_can_be_dragged(visit: Callable[..., Page], quiz: str) -> None:
    page = visit(width=1280, height=1100)
    page.goto(quiz)
    step(page, ".quiz-begin")
    step(page, "button[value=review]")
    step(page, "button[name=go][value='4']")
    names = ".question-row select"
    order = page.locator(names).evaluate_all("all => all.map(one => one.name)")
    last = page.locator(".question-row").last.bounding_box()
    assert last is not None
    drag(page, ".question-row:first-child .question-grip", last["x"] + 20, last["y"] + last["height"] - 4)
    page.mouse.up()
    assert page.locator(names).evaluate_all("all => all.map(one => one.name)") == [*order[1:], order[0]]
    assert page.locator(names).evaluate_all("all => all.map(one => one.value)") == ["1", "2", "3", "4"]
    expect(page.locator("[role=status]")).to_contain_text("4")
    # A number that is chosen moves its row as well.
    page.locator(names).first.select_option("3")
    assert page.locator(names).evaluate_all("all => all.map(one => one.name)") == [
        order[2],
        order[3],
        order[1],
        order[0],
    ]
    step(page, "button[value=answer]")
    expect(page.locator(".feedback-choice")).to_have_count(4)

    step(page, "button[value=review]")
    step(page, "button[name=go][value='5']")
    select = page.locator(".question-row select").first
    expect(page.locator(".question-bins")).to_be_hidden()
    drag(page, ".question-row:first-child .question-grip", 300, 300)
    bin_ = page.locator(".question-bin", has_text="мјауче")
    box = bin_.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5, steps=4)
    page.mouse.up()
    expect(page.locator(".question-bins")).to_be_hidden()
    assert select.evaluate("one => one.selectedOptions[0].textContent").startswith("мјауче")
    expect(page.locator("[role=status]")).to_contain_text("мјауче")
    # Let go of elsewhere, or taken away: nothing happens.
    drag(page, ".question-row:last-child .question-grip", 5, 5)
    page.mouse.up()
    assert page.locator(".question-row select").last.input_value() == ""


def test_the_name_on_the_certificate_stays_in_the_browser(visit: Callable[..., Page], short_quiz: str) -> None:
    page = visit(width=1280, accept_downloads=True)
    requests: list[str] = []

    def note(request: Request) -> None:
        requests.append(f"{request.url} {request.post_data or ''} {request.headers}")

    page.on("request", note)
    page.goto(short_quiz)
    step(page, ".quiz-begin")
    for number, question in enumerate(SHORT, 1):
        send(page, question, RIGHT[question.kind])
        step(page, f".play-main[value={'next' if number < len(SHORT) else 'finish'}]")
    check(page)
    page.locator("#certificate-name").fill(NAME)
    page.locator("#certificate-name").press("Enter")
    expect(page.locator(".certificate-name")).to_have_text(NAME)
    with page.expect_download() as download:
        page.locator("[data-certificate-save]").click()
    picture = Image.open(BytesIO(Path(download.value.path()).read_bytes()))
    assert (picture.format, picture.size) == ("PNG", (1600, 1130))
    # Paper, words, and Klik.
    assert len({colour for _count, colour in picture.convert("RGB").getcolors(1 << 24) or []}) > 20
    page.emulate_media(media="print")
    expect(page.locator(".certificate-name")).to_be_visible()
    page.emulate_media(media="screen")
    step(page, "button[lang=sr-Latn]")
    expect(page.locator("html")).to_have_attribute("lang", "sr-Latn")
    expect(page.locator(".certificate-name")).to_have_text("")
    assert len(requests) > 10
    assert [each for each in requests if "Q7X" in each or "%D0%82" in each] == []


def test_browser_back_walks_through_the_quiz_and_reloading_continues(visit: Callable[..., Page], quiz: str) -> None:
    page = visit(width=360)
    page.goto("/sr/quizzes/")
    page.goto(quiz)
    step(page, ".quiz-begin")
    send(page, quiz_factory.SINGLE, (1,))
    step(page, ".play-main")
    step(page, "button[value=next]")
    number = page.locator("[data-place]")
    expect(number).to_have_attribute("data-place", "3")
    page.go_back()
    expect(number).to_have_attribute("data-place", "2")
    page.go_back()
    expect(number).to_have_attribute("data-place", "1")
    expect(page.locator(".feedback-right")).to_be_visible()
    # The link within the page is no step of the quiz.
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(number).to_have_attribute("data-place", "1")
    page.go_back()
    page.go_forward()
    expect(number).to_have_attribute("data-place", "1")
    page.reload()
    expect(page.locator(".feedback-right")).to_be_visible()
    step(page, "button[value=review]")
    step(page, "button[value=end]")
    expect(number).to_have_attribute("data-place", "result")
    played = number.get_attribute("data-play")
    step(page, ".result-again button")
    assert number.get_attribute("data-play") != played
    page.go_back()
    expect(number).to_have_attribute("data-place", "result")
    expect(page.locator("h1")).to_contain_text("1")
    for _entry in range(9):
        if page.locator(".quiz-begin").count():
            break
        page.go_back()
        page.wait_for_timeout(300)
    expect(page.locator(".quiz-begin")).to_be_visible()


VOICE = """
const spoken = (window.spoken = []);
const voices = [{ lang: "en-GB", name: "a" }, { lang: LANG, name: "b" }];
Object.defineProperty(window, "SpeechSynthesisUtterance", { value: class { constructor(text) { this.text = text; } } });
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices, cancel: () => spoken.push("-"), addEventListener: () => {},
  speak: (one) => { spoken.push([one.text, one.lang]); setTimeout(() => one.onend(), 1); },
} });
"""


@pytest.mark.parametrize(("language", "text"), [("sr-RS", "Питање (ср)"), ("hr-HR", "Pitanje (sr)"), ("de-DE", None)])
def test_it_is_read_by_a_voice_of_its_language_or_not_at_all(
    visit: Callable[..., Page], quiz: str, language: str, text: str | None
) -> None:
    """The browser of the test has no voices, so they stand in."""
    page = visit(width=360)
    page.add_init_script(VOICE.replace("LANG", repr(language)))
    page.goto(quiz)
    step(page, ".quiz-begin")
    button = page.locator(".read-aloud")
    if text is None:
        expect(button).to_be_hidden()
        return
    button.click()
    # It stops by itself at the end.
    expect(page.locator(".read-aloud use[href$='#aloud']")).to_have_count(1)
    expect(page.locator(".is-read")).to_have_count(0)
    spoken = page.evaluate("spoken.filter(Array.isArray)")
    assert (spoken[0], len(spoken)) == ([text, language], 5)
