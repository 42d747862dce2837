"""Attributes of fields are written as Django writes them."""

from pathlib import Path

import django.forms
from django.template import Context, Engine
from django.template.loader import get_template
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

THEIRS = Engine(dirs=[Path(django.forms.__file__).parent / "templates"])
WORDS = st.text()
ATTRS = st.dictionaries(
    WORDS | WORDS.map(mark_safe),
    st.one_of(WORDS, WORDS.map(mark_safe), WORDS.map(lazystr), st.booleans(), st.none(), st.integers(), st.floats()),
)


@given(ATTRS)
def test_they_are_what_django_writes(attrs: dict[str, object]) -> None:
    for name, context in (("widgets/attrs.html", {"widget": {"attrs": attrs}}), ("attrs.html", {"attrs": attrs})):
        path = f"django/forms/{name}"
        assert get_template(path).render(context) == THEIRS.get_template(path).render(Context(context))


def test_what_somebody_typed_stays_within_its_quotes() -> None:
    written = get_template("django/forms/attrs.html").render(
        {"attrs": {"title": '"><b onclick="x">', "hidden": True, "x": False}}
    )
    assert written == ' title="&quot;&gt;&lt;b onclick=&quot;x&quot;&gt;" hidden'
