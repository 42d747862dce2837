"""The quiz builder in a browser: by keyboard, by dragging, with errors, and without scripts."""

import secrets
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from awareness.quizzes.models import Quiz
from clicksafely.common.models import UnsavedForm
from tests.e2e.page_checks import WIDER, faults
from tests.live_portal import Site

pytestmark = pytest.mark.slow
ADD = "/admin/quizzes/quiz/add/"


@pytest.fixture(autouse=True)
def orm(site: Site) -> Iterator[None]:
    """The site's own database, without offers of unsaved text."""
    with site.orm():
        UnsavedForm.objects.all().delete()
        yield


def new_question(page: Page, kind: str, text: str) -> Locator:
    """Open a new question of a kind and write its text, which has the focus."""
    page.locator(f"[data-new-question][href*='kind={kind}']").press("Enter")
    editor = page.locator(".question-editor")
    expect(editor.locator("[name=kind]")).to_have_value(kind)
    expect(editor.locator("[name=text_sr]")).to_be_focused()
    page.keyboard.type(text)
    return editor


def write_answers(editor: Locator, *answers: str, right: int | None = None) -> None:
    for place, answer in enumerate(answers):
        editor.locator(f"[name=choices-{place}-text_sr]").fill(answer)
    if right is not None:
        editor.locator(f"[name=choices-{right}-weight]").press("Home")


def save_question(page: Page, editor: Locator) -> None:
    editor.locator("[data-save-question]").press("Enter")
    expect(page.locator(".question-editor")).to_have_count(0)


def texts(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".builder-card:visible .question-card-text").all_text_contents()]


def check(page: Page) -> None:
    assert faults(page, fingers=False) == []


def test_a_quiz_of_five_kinds_is_built_reordered_edited_and_published_by_keyboard(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor")
    page.goto(ADD)
    title = f"Квиз {secrets.token_hex(4)}"
    page.locator("[name=title_sr]").fill(title)
    page.locator("[name=summary_sr]").fill("Пет питања.")
    page.locator("[name=level]").press("End")

    editor = new_question(page, "single", "Коме кажеш?")
    write_answers(editor, "Одраслој особи", "Ником", right=0)
    check(page)
    save_question(page, editor)
    expect(page.locator(".builder-card [data-open-question]")).to_be_focused()
    expect(page.locator(".question-card-answers")).to_have_text("Одраслој особи")

    editor = new_question(page, "true_false", "Све на мрежи је истина.")
    expect(editor.locator("[name=choices-0-weight]")).to_be_hidden()
    editor.locator("[name=is_true][value=false]").press("Space")
    save_question(page, editor)

    editor = new_question(page, "ordering", "Поређај.")
    write_answers(editor, "Стани", "Размисли", "Реци")
    editor.locator("#choices-2 .order-tools button").nth(1).press("Enter")
    expect(page.locator(".order-status")).to_have_text("Место 2 од 4")
    save_question(page, editor)

    editor = new_question(page, "matching", "Споји.")
    for place, (animal, sound) in enumerate((("пас", "лаје"), ("мачка", "мјауче"))):
        editor.locator(f"[name=choices-{place}-text_sr]").fill(animal)
        editor.locator(f"[name=choices-{place}-match_sr]").fill(sound)
    save_question(page, editor)

    # An error is named in the card, and nothing typed is lost.
    editor = new_question(page, "short", "Шта не делиш?")
    editor.locator("[name=choices-0-text_sr]").fill("лозинку")
    editor.locator("[data-save-question]").press("Enter")
    expect(editor.locator(".form-errors")).to_be_focused()
    expect(editor.locator("[name=text_sr]")).to_have_value("Шта не делиш?")
    check(page)
    editor.locator("[name=choices-0-weight]").press("Home")
    save_question(page, editor)

    assert texts(page) == ["Коме кажеш?", "Све на мрежи је истина.", "Поређај.", "Споји.", "Шта не делиш?"]
    last_up = page.locator(".builder-card").nth(4).locator(".builder-place .order-tools button").nth(1)
    last_up.press("Enter")
    moved_up = page.locator(".builder-card").nth(3).locator(".builder-place .order-tools button").nth(1)
    expect(moved_up).to_be_focused()
    expect(page.locator(".order-status")).to_have_text("Место 4 од 5")

    # The text typed in an open question is saved with the quiz.
    page.locator(".builder-card").first.locator("[data-open-question]").press("Enter")
    page.locator(".question-editor [name=text_sr]").fill("Коме прво кажеш?")
    with page.expect_navigation():
        page.locator("[name=_publish]").press("Enter")
    expect(page.locator("li.success").first).to_be_visible()
    quiz = Quiz.objects.get(title_sr=title)
    assert quiz.published_at is not None
    expected = ["Коме прво кажеш?", "Све на мрежи је истина.", "Поређај.", "Шта не делиш?", "Споји."]
    assert [entry.question.text_sr for entry in quiz.entries.all()] == expected
    truth, order = quiz.entries.all()[1].question, quiz.entries.all()[2].question
    assert [choice.weight for choice in truth.choices.all()] == [0, 100]
    assert [choice.text_sr for choice in order.choices.all()] == ["Стани", "Реци", "Размисли"]

    # A public quiz: dragged and removed questions are a draft.
    page.goto(f"/admin/quizzes/quiz/{quiz.pk}/change/")
    handle = page.locator(".builder-card").first.locator(".order-tools button").first
    target = page.locator(".builder-card").nth(2)
    handle.scroll_into_view_if_needed()
    begin, end = handle.bounding_box(), target.bounding_box()
    assert begin is not None
    assert end is not None
    page.mouse.move(begin["x"] + 5, begin["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + 10, steps=4)
    page.mouse.up()
    dragged = [expected[1], expected[2], expected[0], *expected[3:]]
    assert texts(page) == dragged
    remove = page.locator(".builder-card").nth(4).locator(".builder-remove input")
    remove.press("Space")
    with page.expect_navigation():
        page.locator("[name=_save]").press("Enter")
    assert texts(page) == dragged[:4]
    assert quiz.entries.count() == 5


@pytest.mark.parametrize(("width", "dark"), [(360, False), (768, True), (1280, False)])
@pytest.mark.parametrize("language", ["sr", "en"])
def test_the_builder_has_no_fault_in_any_width(
    sign_in: Callable[..., Page], language: str, width: int, dark: bool
) -> None:
    page = sign_in("editor", width=width, dark=dark)
    page.context.add_cookies([{"name": "lang", "value": language, "url": page.url}])
    page.goto(f"/admin/quizzes/quiz/{Quiz.objects.filter(entries__isnull=False).first().pk}/change/")  # type: ignore[union-attr]
    page.locator("[data-open-question]").first.click()
    expect(page.locator(".question-editor [data-save-question]")).to_be_visible()
    check(page)
    assert page.evaluate(WIDER) == []


def test_without_scripts_a_question_has_a_page_that_returns_to_the_quiz(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor", javascript=False)
    page.goto(ADD)
    title = f"Квиз {secrets.token_hex(4)}"
    page.locator("[name=title_sr]").fill(title)
    page.locator("[name=summary_sr]").fill("Без скрипти.")
    page.locator("[name=level]").select_option("11-14")
    page.locator("[name=_continue]").click()
    quiz = Quiz.objects.get(title_sr=title)
    for text, value in (("Прво", "true"), ("Друго", "false")):
        page.locator("[data-new-question][href*='kind=true_false']").click()
        page.locator("[name=text_sr]").fill(text)
        page.locator(f"[name=is_true][value={value}]").check()
        page.locator("[name=_save]").click()
        expect(page.locator(".question-card-text").last).to_have_text(text)
        page.locator("[name=_continue]").click()
    orders = page.locator("[name^=entries-][name$=-order]")
    orders.nth(0).fill("2")
    orders.nth(1).fill("1")
    page.locator("[name=_continue]").click()
    assert texts(page) == ["Друго", "Прво"]
    page.locator("[data-open-question]").first.click()
    page.locator("[name=text_sr]").fill("Друго, измењено")
    page.locator("[name=_save]").click()
    assert texts(page) == ["Друго, измењено", "Прво"]
    page.locator(".builder-remove input").last.check()
    page.locator("[name=_continue]").click()
    assert [entry.question.text_sr for entry in quiz.entries.all()] == ["Друго, измењено"]
