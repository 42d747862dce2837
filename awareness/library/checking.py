"""What an editor is told after saving: nothing that forbids, everything that readers will miss."""

import re
from collections.abc import Iterator
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from awareness.library.models import Resource

# What tells nobody where a link leads, in all our scripts.
EMPTY_WORDS = {"овде", "ovde", "here", "клик", "klik", "кликни овде", "klikni ovde", "click here", "link", "линк", "више", "vise", "više", "more"}  # fmt: skip
ENGLISH = ("title_en", "summary_en", "description_en", "use_in_class_en")


def remarks(resource: Resource) -> Iterator[Promise | str]:
    """Whatever could be better about a saved resource."""
    missing = [
        _name(column)
        for column in ENGLISH
        if getattr(resource, column.removesuffix("_en") + "_sr") and not getattr(resource, column)
    ]
    if missing:
        yield format_lazy(_("Not in English yet: {fields}."), fields=", ".join(missing))
    if not resource.files.exists():
        yield _("There is no file yet.")
    if not resource.topics.exists():
        yield _("No topic is chosen: nobody finds it from a topic's page.")
    if not resource.licence:
        yield _("There is no licence yet: without one it cannot be published.")
    for column in ("description_sr", "description_en", "use_in_class_sr", "use_in_class_en"):
        yield from _of_markup(_name(column), getattr(resource, column) or "")


def _name(column: str) -> str:
    """What editors know a column as."""
    return str(getattr(Resource._meta.get_field(column), "verbose_name", column))


def _of_markup(name: str, html: str) -> Iterator[Promise | str]:
    levels = [1, *(int(level) for level in re.findall(r"<h([2-4])>", html))]
    if any(below - above > 1 for above, below in pairwise(levels)):
        yield format_lazy(_("{field}: a level of headings is left out."), field=name)
    for link in re.findall(r"<a\b[^>]*>(.*?)</a>", html, re.DOTALL):
        words = re.sub(r"<[^>]+>", "", link).strip().lower()
        if words in EMPTY_WORDS or not words:
            yield format_lazy(_("{field}: the link “{words}” does not say where it leads."), field=name, words=words)
