"""The author of an idea or a post, in the script of the reader."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from youthpanel.models import Idea, Member


@pytest.mark.parametrize(("code", "name"), [("sr", "Плави јеж"), ("sr-latn", "Plavi jež"), ("en", "Plavi jež")])
def test_a_pseudonym_has_the_script_of_the_page(code: str, name: str) -> None:
    idea = Idea(member=Member(pseudonym="Плави јеж"), text="Сваке године")
    with override(code):
        assert f'<b translate="no">{name}</b>' in render_to_string(
            "public/youthpanel/members/_author.html", {"said": idea}
        )
