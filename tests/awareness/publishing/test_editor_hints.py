"""Hints about texts: words in two scripts."""

import pytest

from awareness.publishing.editor_hints import mixed_script_words, record_hints
from awareness.topics.models import Topic


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
