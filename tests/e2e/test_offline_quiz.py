"""The quiz in one file, opened from a disk with the network off: it marks as the portal does, and every kind can be played."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from awareness.quizzes.kinds.numeric import read_number
from awareness.quizzes.kinds.registry import kind_of, read_answer, score_answer
from awareness.quizzes.kinds.schemas import BilingualText, Choice, Question, Quiz
from awareness.quizzes.printing.offline import page_of, question_data
from clicksafely.common.serbian.scripts import html_to_latin
from clicksafely.common.serbian.search_folding import fold
from tests.e2e.page_checks import RULES
from tests.factories import quizzes as quiz_factory
from tests.waiting import BROWSER_MILLISECONDS

NASTY = "</script><script>document.title='no'</script><!-- <b>&amp;\u2028"
THIRDS = quiz_factory.question(
    "multiple",
    *(Choice(text=BilingualText(text), weight=Decimal("33.33333")) for text in "абв"),
    Choice(text=BilingualText("г"), weight=Decimal("-12.5")),
    Choice(text=BilingualText("д")),
)
LONG_ORDER = quiz_factory.question("ordering", *(quiz_factory.choice(text) for text in "абвгдђеж"))
NEGATIVE = quiz_factory.question(
    "numeric",
    Choice(text=BilingualText("-0.25", "-0.25"), weight=Decimal(100), tolerance=Decimal("0.05")),
    Choice(text=BilingualText("0", "0"), weight=Decimal("12.5"), tolerance=Decimal(3)),
)
QUESTIONS = (*quiz_factory.EACH_KIND, THIRDS, LONG_ORDER, NEGATIVE)
WRITTEN = [
    *(
        "лозинка (ср)",
        "ЛОЗИНКА (СР)",
        "lozinka (sr)",
        "Lozinka  (en)",
        "шифра (en)",
        "ŠIFRARNIK (sr)",
        "šifr (en)",
        "кључ",
    ),
    *(
        "15",
        "15,5",
        "15.5",
        "15.50001",
        "14",
        "14,0",
        "-0.25",
        "-0,3",
        "-0.300001",
        "3",
        "-3.0001",
        "+15",
        "٣",
        "१५",
        "000",
    ),
]


@pytest.fixture
def open_quiz(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Write a quiz to a file and open it with the network off; afterwards nothing but the file was asked for, and no script failed."""
    contexts, complaints, requested_urls = [], [], []

    def open_file(quiz: Quiz, language: str = "sr", **options: Any) -> Page:
        with translation.override(language):
            text = page_of(quiz, language=language, home="https://example.org/")
        path = tmp_path / f"{language}.html"
        path.write_text(html_to_latin(text) if language == "sr-latn" else text, "utf-8")
        context = browser.new_context(**options)
        context.set_default_timeout(BROWSER_MILLISECONDS)
        context.set_offline(True)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: requested_urls.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url.partition(":")[0] for url in requested_urls} == {"file"}
    assert len(requested_urls) == len(contexts)


def random_answer(question: Question, chance: random.Random) -> Any:
    places = list(range(len(question.choices)))
    match kind_of(question).control:
        case "one":
            return [chance.choice(places)]
        case "many":
            return sorted(chance.sample(places, chance.randint(1, len(places))))
        case "order":
            return chance.sample(places, len(places))
        case "pairs":
            return [chance.randrange(len(question.groups)) for _place in places]
        case "path":
            way, here = [], 0
            while here is not None:
                way.append(chance.choice(question.choices_at(here)))
                here = question.choices[way[-1]].leads_to  # type: ignore[assignment]
            return way
    return chance.choice(WRITTEN)


def test_the_file_marks_as_the_portal_does(open_quiz: Callable[..., Page]) -> None:
    page = open_quiz(quiz_factory.QUIZ)
    chance = random.Random(20261125)
    for question in QUESTIONS:
        answers = [random_answer(question, chance) for _draw in range(80)]
        pairs = [(each, read_answer(question, each)) for each in answers]
        expected_credits = [None if read is None else score_answer(question, read).credit for _each, read in pairs]
        script = "([question, given]) => given.map((each) => marking.complete(question, each) ? marking.credit(question, each) : null)"
        found = page.evaluate(script, [question_data(question, "sr"), answers])
        assert found == [pytest.approx(credit, abs=1e-9) for credit in expected_credits], question.name
        assert len(set(expected_credits)) > 1 or not kind_of(question).is_scored


def test_the_file_spells_and_reads_numbers_as_the_portal_does(open_quiz: Callable[..., Page]) -> None:
    page = open_quiz(quiz_factory.QUIZ)
    chance = random.Random(7)
    letters = "абвгдђежзијклљмнњопрстћуфхцчџшЂЉЊЏĐđČčĆćŠšŽžÀéﬁØøŁłıёЩъѝ\u0301\u00ad ,.-\t\n９٣abcXYZ0"
    texts = ["".join(chance.choices(letters, k=chance.randint(0, 12))) for _draw in range(500)]
    assert page.evaluate("(texts) => texts.map(marking.fold)", texts) == [fold(text) for text in texts]
    numbers = [*WRITTEN, "", " 1 ", "1.", ".5", "1,2,3", "--1", "1e5", "9" * 30, "9" * 31, "0." + "1" * 30]
    found = page.evaluate("(texts) => texts.map((text) => marking.number(text)?.toString() ?? null)", numbers)
    expected = [read_number(text) for text in numbers]
    assert found == [None if number is None else str(int(Fraction(number) * 10**30)) for number in expected]


def answer(page: Page, question: Question, language: str) -> None:
    """Answer as a person does who knows it."""
    texts = [choice.text.read(language) for choice in question.choices]
    match kind_of(question).control:
        case "order":
            for number, text in enumerate(texts, 1):
                page.get_by_label(text, exact=True).select_option(label=str(number))
        case "pairs":
            for choice, text in zip(question.choices, texts, strict=True):
                page.get_by_label(text, exact=True).select_option(label=choice.match.read(language))
        case "text" | "number":
            page.locator("input[name=answer]").fill(texts[0])
        case "many":
            for place in sorted(question.right):
                page.get_by_label(texts[place], exact=True).check()
        case _:
            full = [place for place, choice in enumerate(question.choices) if choice.weight == 100]
            page.get_by_label(texts[full[0] if full else -1], exact=True).check()


@pytest.mark.parametrize("dark", [False, True])
def test_every_kind_is_played_to_the_end(open_quiz: Callable[..., Page], dark: bool) -> None:
    quiz = replace(
        quiz_factory.QUIZ,
        questions=tuple(
            replace(each, explanation=BilingualText(f"Зато {NASTY}", f"So {NASTY}")) for each in quiz_factory.EACH_KIND
        ),
    )
    scheme = {"color_scheme": "dark" if dark else "light", "viewport": {"width": 360, "height": 740}}
    page = open_quiz(quiz, "en", **scheme)
    axe = Axe()
    page.locator("button.main").click()
    for question in quiz.questions:
        expect(page.locator("legend")).to_have_text(question.text.en)
        expect(page.locator("legend")).to_be_focused()
        # Nothing was chosen: it is said, and the question stays.
        page.locator("button.main").click()
        expect(page.locator(".problem")).not_to_be_empty()
        assert axe.run(page, options=RULES).response["violations"] == []
        answer(page, question, "en")
        page.locator("button.main").click()
        verdict = "right" if kind_of(question).is_scored else "opinion"
        expect(page.locator(".feedback")).to_have_class(f"feedback {verdict}")
        expect(page.locator(".feedback")).to_contain_text("</script>")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator("button.main").click()
    assert axe.run(page, options=RULES).response["violations"] == []
    scored = sum(kind_of(each).is_scored for each in quiz.questions)
    expect(page.locator(".score")).to_contain_text(str(scored))
    expect(page.locator(".result")).to_contain_text("Браво (en)")
    assert page.title() == quiz.title.en
    page.locator("button.main").click()
    expect(page.locator("legend")).to_have_text(quiz.questions[0].text.en)


def test_in_latin_script_with_a_longer_path(open_quiz: Callable[..., Page]) -> None:
    quiz = replace(quiz_factory.QUIZ, questions=(quiz_factory.SCENARIO, quiz_factory.SINGLE))
    page = open_quiz(quiz, "sr-latn")
    page.locator("button.main").click()
    page.get_by_label("Odgovori (sr)", exact=True).check()
    page.locator("button.main").click()
    expect(page.locator(".situation")).to_have_text("Traži sliku (sr)")
    page.get_by_label("Stani (sr)", exact=True).check()
    page.locator("button.main").click()
    expect(page.locator(".feedback")).to_have_class("feedback partly")
    page.locator("button.main").click()
    page.get_by_label("a (sr)", exact=True).check()
    page.locator("button.main").click()
    expect(page.locator(".feedback-choices .wrong")).to_contain_text("na a (sr)")
    expect(page.locator(".feedback-choices .missed")).to_contain_text("b (sr)")
    assert page.locator("body").inner_text() == html_to_latin(page.locator("body").inner_text())
