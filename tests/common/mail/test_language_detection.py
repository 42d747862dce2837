"""Detection of the language of a text."""

import pytest

from clicksafely.common.mail.language_detection import guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Добар дан, видео сам ово.", "sr"),
        ("Dobar dan, video sam ovo na strani https://example.org/the/report", "sr-latn"),
        ("dobar dan, sta da radim sa ovim", "sr-latn"),
        ("Please have a look at this page", "en"),
        ("https://example.org/this/is/the/page", "sr"),
        ("", "sr"),
        ("Guten Tag, schöne Grüße", "sr"),
        ("Страница www.example.org/the-page-of-this-and-that, Facebook, Viber", "sr"),
    ],
)
def test_language_follows_from_script_and_common_words(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_first_decisive_text_determines_the_language() -> None:
    assert guess_language("https://example.org/", "Please look", "Добар дан") == "en"
