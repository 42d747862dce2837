"""Hints about texts: words in two scripts."""

import pytest

from awareness.publishing.editor_hints import mixed_script_words, record_hints
from awareness.topics.models import HelpLine, Topic
from tests.clients.staff import signed_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Кликни безбедно", []),
        ("Klikni bezbedno", []),
        ("Фајл у PDF-у и СМС-ом, 5G мрежа, Wi-Fi", []),
        # The first letter of the first word and the "o" of the second are Latin.
        ("Kликни безбеднo. Kликни", ["Kликни", "безбеднo"]),
        ("šифра", ["šифра"]),
        ("", []),
    ],
)
def test_words_with_letters_of_both_scripts(text: str, found: list[str]) -> None:
    assert mixed_script_words(text) == found


def test_hint_names_field_and_word() -> None:
    topic = Topic(title_sr="Лозинкe", title_en="Passwords", summary_sr="<p>Добро</p>", summary_en="Good", do_now_sr="")
    [hint] = record_hints(topic)
    assert "Лозинкe" in hint.what
    assert hint.where.startswith("наслов")


@pytest.mark.django_db
def test_a_record_that_is_no_page_gets_hints_too() -> None:
    line = HelpLine.objects.get(slug="nadel")
    form = {"title_sr": "Линијa", "title_en": "Line", "description_sr": "Разговор.", "description_en": "A talk."}
    form |= {"phone": line.phone, "order": line.order, "active": "on", "slug": line.slug}
    editor = signed_in("vesna", "editor")
    editor.client.cookies["lang"] = "en"
    page = editor.client.post(f"/admin/topics/helpline/{line.pk}/change/", form, follow=True).content.decode()
    assert "The word “Линијa” has Cyrillic and Latin letters." in page
