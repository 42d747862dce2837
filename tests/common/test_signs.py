"""Signs that Django draws for yes and no in lists and forms of the staff site."""

import pytest
from django.contrib.admin.utils import display_for_field, display_for_value
from django.utils.translation import override

from awareness.topics.models import HelpLine


@pytest.mark.parametrize(
    ("language", "words"), [("sr", ("Да", "Не", "није познато")), ("en", ("Yes", "No", "not known"))]
)
def test_they_are_read_out_in_the_language_of_the_page(language: str, words: tuple[str, str, str]) -> None:
    field = HelpLine._meta.get_field("active")
    with override(language):
        signs = [display_for_field(value, field, "") for value in (True, False, None)]
        assert display_for_value(True, "", boolean=True) == signs[0]
    assert [f'alt="{word}"' in sign for word, sign in zip(words, signs, strict=True)] == [True] * 3
    assert [f"icon-{name}.svg" in sign for name, sign in zip(("yes", "no", "unknown"), signs, strict=True)] == [
        True
    ] * 3
