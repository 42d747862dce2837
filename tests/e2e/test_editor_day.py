"""The day of an editor, from the home page by the menu and by keyboard alone."""

import io
import secrets
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import expect

from awareness.news.models import Article
from awareness.pages.models import FixedPage
from awareness.quizzes.models import Question, Quiz
from tests.e2e.staff_steps import Colleague, fill_in_quiz
from tests.live_portal import Site

pytestmark = pytest.mark.slow


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), (11, 85, 99)).save(out, format="PNG")
    return out.getvalue()


@pytest.fixture
def editor(colleague: Callable[..., Colleague]) -> Colleague:
    return colleague("editor", keyboard=True)


def test_a_news_item_is_previewed_scheduled_published_and_restored(site: Site, editor: Colleague) -> None:
    page, mark = editor.page, secrets.token_hex(4)
    editor.menu("News")
    editor.link("Add")
    for name, words in (
        ("title_sr", f"Дан отворених врата {mark}"),
        ("title_en", f"An open day {mark}"),
        ("summary_sr", "Шест школа, један дан."),
        ("summary_en", "Six schools, one day."),
    ):
        page.locator(f"[name={name}]").fill(words)
    editor.click(page.locator("#blocks-group .add-row a"))
    editor.choose(page.locator("[name=blocks-0-kind]"), value="image")
    page.locator("[name=blocks-0-alt_sr]").fill("Плава слика")
    page.locator("[name=blocks-0-alt_en]").fill("A blue picture")
    editor.click(page.locator("#blocks-0 .of-files summary"))
    editor.choose(page.locator("[name=blocks-0-licence]"), value="CC-BY-4.0")
    page.locator("[name=blocks-0-credit]").fill("Кликни безбедно")
    file = {"name": "slika.png", "mimeType": "image/png", "buffer": picture()}
    editor.upload(page.locator("[name=blocks-0-upload]"), file)
    editor.press("Save and continue editing")
    editor.succeeded()

    # The preview beside the form has the picture, and the text that is not saved.
    editor.click(page.locator(".live-preview > summary"))
    preview = page.frame_locator(".preview-frame").locator("main")
    page.locator("[name=summary_sr]").fill("Седам школа, један дан.")
    expect(preview).to_contain_text("Седам школа, један дан.")
    expect(preview.locator("img[alt='Плава слика']")).to_be_attached()
    editor.choose(page.locator("#preview-language"), value="en")
    expect(preview).to_contain_text("Six schools, one day.")

    editor.unfold("Schedule")
    page.locator("[name=publish_at_0]").fill("2099-05-01")
    page.locator("[name=publish_at_1]").fill("8:00")
    editor.press("Schedule")
    editor.succeeded()
    editor.find(mark, f"An open day {mark}")
    expect(page.locator(".page-state")).to_contain_text("Scheduled")
    editor.press("Publish")
    editor.succeeded()

    # A second version is published, and the first one found and restored.
    editor.find(mark, f"An open day {mark}")
    expect(page.locator(".page-state")).to_contain_text("Published")
    page.locator("[name=title_en]").fill(f"An open week {mark}")
    editor.press("Publish")
    editor.succeeded()
    editor.find(mark, f"An open week {mark}")
    editor.link("History", exact=True)
    editor.go(page.locator(".version").nth(1).get_by_role("button", name="Restore this version"))
    editor.succeeded()
    editor.press("Publish")
    editor.succeeded()
    with site.orm():
        article = Article.objects.get(title_sr=f"Дан отворених врата {mark}")
        assert (article.title_en, article.summary_sr) == (f"An open day {mark}", "Седам школа, један дан.")  # type: ignore[attr-defined]


def test_a_quiz_of_five_questions_is_put_in_order(site: Site, editor: Colleague) -> None:
    page, mark = editor.page, secrets.token_hex(4)
    with site.orm():
        questions = list(Question.objects.order_by("pk")[:5])
    fill_in_quiz(editor, f"Квиз {mark}", questions)
    editor.click(page.locator(".builder-card").nth(4).get_by_role("button", name="Up"))
    editor.press("Save")
    editor.succeeded()
    with site.orm():
        entries = Quiz.objects.get(title_sr=f"Квиз {mark}").entries.order_by("order")
        expected = [questions[place].pk for place in (0, 1, 2, 4, 3)]
        assert list(entries.values_list("question", flat=True)) == expected


def test_a_fixed_page_is_changed_and_changed_back(site: Site, editor: Colleague) -> None:
    page, mark = editor.page, secrets.token_hex(4)
    editor.menu("Fixed pages")
    editor.go(page.locator("#result_list tbody th a").last)
    lead = page.locator("[name=lead_en]")
    before, number = lead.input_value(), page.url.split("/")[-3]
    lead.fill(f"We answer every question {mark}.")
    editor.press("Publish")
    editor.succeeded()
    with site.orm():
        assert FixedPage.objects.get(pk=number).lead_en == f"We answer every question {mark}."  # type: ignore[attr-defined]
    editor.go(page.locator("#result_list tbody th a").last)
    editor.link("History", exact=True)
    editor.go(page.locator(".version").nth(1).get_by_role("button", name="Restore this version"))
    editor.press("Publish")
    editor.succeeded()
    with site.orm():
        assert FixedPage.objects.get(pk=number).lead_en == before  # type: ignore[attr-defined]
