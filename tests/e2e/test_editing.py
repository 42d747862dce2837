"""Editors at work in a real browser: the small editor under the real content security policy, and without scripts."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.page_checks import DISPLAYS, faults, set_display
from tests.factories.papers import make_paper
from tests.factories.youthpanel import make_cohort, make_consultation
from tests.live_portal import Site


def picture(colour: tuple[int, int, int] = (11, 85, 99)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), colour).save(out, format="PNG")
    return out.getvalue()


def test_an_article_is_written_with_the_toolbar_seen_in_three_languages_and_published(
    sign_in: Callable[..., Page], visit: Callable[..., Page]
) -> None:
    page = sign_in("editor")
    page.goto("/admin/news/article/add/")
    page.locator("[name=title_sr]").fill("Ђаци проверавају поруке")
    page.locator("[name=summary_sr]").fill("Шест школа, један дан.")
    page.locator("[name=title_en]").fill("Pupils check messages")
    page.locator("[name=summary_en]").fill("Six schools, one day.")
    add = page.locator("#blocks-group .add-row a")
    add.click()
    block = page.locator("#blocks-0")
    expect(block.locator("[name=blocks-0-alt_sr]")).to_be_hidden()
    block.locator(".ProseMirror[contenteditable]").first.click()
    page.keyboard.type("Порука жури")
    page.keyboard.press("Control+a")
    block.get_by_role("button", name="Подебљано").first.click()
    expect(page.locator("[name=blocks-0-text_sr]")).to_have_value("<p><strong>Порука жури</strong></p>")
    add.click()
    page.locator("[name=blocks-1-kind]").select_option("image")
    page.locator("[name=blocks-1-order]").fill("1")
    page.locator("[name=blocks-1-alt_sr]").fill("Плава слика")
    page.locator("[name=blocks-1-upload]").set_input_files(
        {"name": "slika.png", "mimeType": "image/png", "buffer": picture()}
    )
    # What must stay of it is shown on the picture, by mouse and by keyboard, before it is sent.
    page.locator("#blocks-1 .of-files summary").click()
    surface = page.locator("#blocks-1 .focal-surface")
    expect(surface.locator("img")).to_be_visible()
    area = surface.locator("img").bounding_box()
    assert area is not None
    surface.click(position={"x": area["width"] * 0.8, "y": area["height"] * 0.25})
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    point = [page.locator(f"[name=blocks-1-focus_{axis}]") for axis in "xy"]
    expect(point[0]).to_have_value("79")
    expect(point[1]).to_have_value("35")
    point[0].fill("90")
    point[1].fill("45")
    expect(page.locator("#blocks-1 .focal-marker")).to_have_attribute("style", "left: 90%; top: 45%;")
    # As the server crops 1200 x 800 to 16:9 about that point: 22.5 of the 125 rows that go are above.
    card = page.locator("#blocks-1 .focal-crop img").first
    expect(card).to_have_attribute("style", re.compile(r"object-position: 50% 18%"))
    assert [fault for fault in faults(page) if "focal" in str(fault)] == []
    page.locator("[name=_continue]").first.click()

    # Of one that is stored, on the stored one.
    page.locator("#blocks-1 > details > summary").click()
    page.locator("#blocks-1 .of-files summary").click()
    expect(page.locator("#blocks-1 .focal-surface img")).to_have_attribute("src", re.compile("/media/news/"))
    expect(page.locator("[name=blocks-1-focus_x]")).to_have_value("90")
    page.locator("[name=blocks-1-upload]").set_input_files(
        {"name": "velika.png", "mimeType": "image/png", "buffer": bytes(10 * 1024 * 1024 + 1)}
    )
    expect(page.locator("#blocks-1 .too-large")).to_contain_text("velika.png")
    expect(page.locator("[name=blocks-1-upload]")).to_have_value("")
    expect(page.locator(".editor-hints")).to_contain_text("Недостаје текст на енглеском.")
    expect(page.locator(".page-state")).to_contain_text("Нацрт")
    previews = [link.get_attribute("href") or "" for link in page.locator(".page-state a").all()]
    form = page.url
    for address, words in zip(previews, ("Порука жури", "Poruka žuri", "Порука жури"), strict=True):
        page.goto(address)
        expect(page.locator(".blocks strong")).to_have_text(words)
        expect(page.locator(".preview-banner")).to_be_visible()
        assert faults(page) == []
    assert page.locator(".blocks img").evaluate("image => image.complete && image.naturalWidth") > 0
    reader = visit(width=360, dark=True)
    path = "/sr/news/" + previews[0].partition("/preview/sr/news/")[2]
    assert reader.goto(path).status == 404  # type: ignore[union-attr]
    page.goto(form)

    page.locator("summary", has_text="Објављивање").click()
    page.locator("[name=published_at_0]").fill("2026-01-01")
    page.locator("[name=published_at_1]").fill("10:00")
    page.locator("[name=_publish]").first.click()
    # Nothing is published without a licence; the place is named.
    expect(page.locator("#id_blocks-1-licence_error")).to_be_visible()
    page.locator("[name=blocks-1-licence]").select_option("own")
    page.locator("[name=_publish]").first.click()
    reader.goto("/sr/news/")
    reader.get_by_role("link", name="Ђаци проверавају поруке").click()
    expect(reader.locator("h1")).to_have_text("Ђаци проверавају поруке")


def test_without_scripts_a_topic_is_written_as_markup(sign_in: Callable[..., Page], visit: Callable[..., Page]) -> None:
    page = sign_in("editor", javascript=False)
    page.goto("/admin/topics/topic/")
    page.get_by_role("link", name="Време пред екраном и игре").click()
    area = page.locator("textarea[name=do_now_sr]")
    expect(area).to_be_visible()
    area.fill("<p>Направи паузу.</p>")
    page.locator("[name=_publish]").first.click()
    reader = visit(javascript=False)
    reader.goto("/sr-latn/topics/screen-time/")
    expect(reader.locator("#now .rich-text")).to_have_text("Napravi pauzu.")


def test_a_stored_picture_is_chosen_by_keyboard_and_another_one_dropped(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor")
    page.goto("/admin/news/article/add/")
    page.locator("[name=title_sr]").fill("Вест са сликом")
    page.locator("[name=summary_sr]").fill("Укратко.")
    page.locator("#blocks-group .add-row a").click()
    page.locator("[name=blocks-0-kind]").select_option("image")
    page.locator("[name=blocks-0-alt_sr]").fill("Љубичаста слика")
    page.locator("#blocks-0 .of-files summary").click()
    page.locator("[name=blocks-0-licence]").select_option("CC-BY-4.0")
    page.locator("[name=blocks-0-credit]").fill("Кликни безбедно")
    page.locator("[name=blocks-0-upload]").set_input_files(
        {"name": "ljubicasta.png", "mimeType": "image/png", "buffer": picture((90, 50, 120))}
    )
    page.locator("[name=_save]").first.click()
    expect(page.locator("li.success")).to_be_visible()

    page.goto("/admin/news/article/add/")
    page.locator("#blocks-group .add-row a").click()
    page.locator("[name=blocks-0-kind]").select_option("image")
    page.locator("#blocks-0 .choose-picture").press("Enter")
    dialog = page.locator(".picture-dialog")
    expect(dialog.locator(".picture-card").first).to_be_visible()
    dialog.locator("#picture-search").fill("ljubicasta")
    dialog.locator("#picture-search").press("Enter")
    expect(dialog.locator(".picture-card")).to_have_count(1)
    # The card names the licence and the article that uses the picture.
    expect(dialog.locator(".facts")).to_contain_text("CC BY 4.0")
    expect(dialog.locator(".facts a")).to_have_text("Вест са сликом")
    assert faults(page, fingers=False) == []
    dialog.locator(".picture-card button").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#blocks-0 .choose-picture")).to_be_focused()
    expect(page.locator("[name=blocks-0-alt_sr]")).to_have_value("Љубичаста слика")
    expect(page.locator("[name=blocks-0-licence]")).to_have_value("CC-BY-4.0")
    expect(page.locator("#blocks-0 .chosen-picture")).to_be_visible()
    number = page.locator("[name=blocks-0-existing]")
    expect(number).not_to_have_value("")

    # A dropped file takes its place.
    file = page.evaluate_handle(
        """() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'nova.png', {type: 'image/png'})); return data; }"""
    )
    page.locator("#blocks-0 .drop-zone").dispatch_event("drop", {"dataTransfer": file})
    expect(number).to_have_value("")
    assert page.locator("[name=blocks-0-upload]").evaluate("field => field.files[0].name") == "nova.png"


@pytest.mark.parametrize(
    ("account", "path", "field"),
    [
        ("editor", "topics/helpline", "title_sr"),
        ("editor", "pages/partner", "name_sr"),
        ("editor", "pages/fixedpage", "heading_sr"),
        ("coordinator", "youthpanel/whitepaper", "title_sr"),
        ("coordinator", "youthpanel/recommendation", "text_sr"),
        ("coordinator", "youthpanel/consultation", "title_sr"),
    ],
)
def test_the_live_preview_shows_typed_text(
    account: str, path: str, field: str, site: Site, sign_in: Callable[..., Page]
) -> None:
    with site.orm():
        # The portal has no panel.
        make_paper()
        make_consultation(make_cohort(), state="draft")
    page = sign_in(account)
    page.goto(f"/admin/{path}/")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".live-preview > summary").click()
    preview = page.frame_locator(".preview-frame")
    expect(preview.locator("main")).to_be_visible()
    page.locator(f"[name={field}]").fill("Овако ће ово изгледати")
    expect(preview.locator("main")).to_contain_text("Овако ће ово изгледати")
    page.locator("#preview-language").select_option("sr-latn")
    expect(preview.locator("main")).to_contain_text("Ovako će ovo izgledati")
    for width, dark in DISPLAYS:
        set_display(page, width=width, dark=dark)
        assert faults(page, fingers=False) == [], (width, dark)
    # Leaving the form saves nothing.
    page.reload()
    expect(page.locator(f"[name={field}]")).not_to_have_value("Овако ће ово изгледати")


def test_a_question_has_the_fields_of_its_kind_and_a_preview(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("editor")
    page.goto("/admin/quizzes/question/add/")
    kind, preview = page.locator("#id_kind"), page.frame_locator(".preview-frame")
    kind.select_option("clues")
    expect(page.locator("[name=choices-0-role]")).to_be_visible()
    expect(page.locator("#id_frame")).to_be_visible()
    kind.select_option("scenario")
    expect(page.locator("#situations-group")).to_be_visible()
    expect(page.locator("[name=choices-0-leads_to]")).to_be_visible()
    kind.select_option("true_false")
    for hidden in ("choices-0-role", "choices-0-match_sr", "choices-0-missed_en", "choices-0-leads_to", "frame"):
        expect(page.locator(f"[name={hidden}]")).to_be_hidden()
    expect(page.locator("#situations-group")).to_be_hidden()
    expect(page.locator("[name=choices-0-text_sr]")).to_have_value("Тачно")
    page.locator("#id_name").fill("one-browser-question")
    page.locator("#id_text_sr").fill("Све на мрежи је <истина>.")
    page.locator("#id_text_en").fill("Everything online is true.")
    expect(preview.locator(".question-text")).to_have_text("Све на мрежи је <истина>.")
    page.locator("[name=preview_language][value=en]").check()
    expect(preview.locator(".question-text")).to_have_text("Everything online is true.")
    assert faults(page, fingers=False) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # No answer is right yet: it is said, and what was written is still there.
    page.locator("[name=_save]").first.click()
    expect(page.locator(".errorlist.nonform")).to_be_visible()
    expect(page.locator("#id_text_sr")).to_have_value("Све на мрежи је <истина>.")
    expect(page.locator("[name=choices-1-weight]")).to_be_hidden()
    page.locator("[name=is_true][value=false]").check()
    page.locator("[name=_save]").first.click()
    expect(page.locator("li.success")).to_be_visible()
    row = page.locator("#result_list tr", has_text="one-browser-question")
    row.get_by_role("link").first.click()
    expect(page.locator("[name=is_true][value=false]")).to_be_checked()
    expect(preview.locator("label")).to_have_count(2)


def test_the_texts_of_one_language_are_shown_at_a_time(sign_in: Callable[..., Page]) -> None:
    page = sign_in("editor", anew=True, both_languages=False)
    page.goto("/admin/news/article/add/")
    serbian, english = page.locator("[name=title_sr]"), page.locator("[name=title_en]")
    serbian.fill("Ђаци проверавају поруке")
    expect(english).to_be_hidden()
    tab = page.get_by_role("button", name="енглески")
    expect(tab).to_contain_text("недостаје: 1")
    tab.press("Enter")
    expect(tab).to_have_attribute("aria-pressed", "true")
    expect(serbian).to_be_hidden()
    english.fill("Pupils check messages")
    expect(tab.locator(".missing")).to_be_hidden()
    assert faults(page, fingers=False) == []
    # The choice is remembered; after an error both are shown, so that the field with the error is seen.
    page.goto("/admin/news/article/add/")
    expect(page.locator("[name=title_sr]")).to_be_hidden()
    page.locator("[name=_save]").click()
    expect(page.locator("[name=title_sr]")).to_be_visible()
    expect(page.locator("[name=title_en]")).to_be_visible()
