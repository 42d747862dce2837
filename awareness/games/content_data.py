"""Content of a game as data: its lists, its texts in one language, and its sources and next steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.games.fields import PageKind, Plain, Rows, Slug
from awareness.games.kinds.registry import GAME_KINDS
from awareness.publishing.next_steps import NextKind
from clicksafely.common.i18n.language import ENGLISH

type Content = dict[str, Any]
# Path segments of other pages below /games/.
RESERVED_SLUGS: Final = frozenset({"klik"})


@dataclass(frozen=True)
class GameSource:
    """A source of a game's content."""

    title: str
    url: str


@dataclass
class NextStep:
    """A suggested next page. `slug` belongs to its kind, such as a topic or a report category; help has none."""

    kind: str
    slug: str

    def __str__(self) -> str:
        return f"{NextKind(self.kind).label} {self.slug}".strip()


# The lists of every game.
COMMON_LISTS: Final = (
    Rows(
        name="sources",
        one="source",
        item=_("source"),
        items=_("sources"),
        shown="title",
        fields=(
            Plain(name="title", label=_("name of the source"), most=200),
            Plain(name="url", label=_("address"), pattern=r"^(https?://\S+)?$", most=200, required=False, is_url=True),
        ),
        most=12,
        optional=True,
    ),
    Rows(
        name="next",
        one="step",
        item=_("next step"),
        items=_("next steps"),
        shown="slug",
        fields=(
            PageKind(name="kind", label=_("kind of page"), choices=NextKind),
            Slug(name="slug", label=pgettext_lazy("next step", "Page")),
        ),
        most=8,
        optional=True,
    ),
)


def lists_of(kind: str) -> tuple[Rows, ...]:
    """Return the lists of a game of this kind, in the order of the form."""
    return (*GAME_KINDS[kind].parts, *COMMON_LISTS)


def empty_content(kind: str) -> Content:
    """Return content without any row."""
    return {each.name: [] for each in lists_of(kind)} if kind in GAME_KINDS else {}


def complete_content(kind: str, document: Content) -> Content:
    """Return the content of a valid document, with the default values of left out fields."""
    return {each.name: each.complete(document.get(each.name, [])) for each in lists_of(kind)}


def localize(value: Any, language: str) -> Any:
    """Return content with each text in one language. Where it is missing, the text of the other language."""
    if isinstance(value, dict):
        if value.keys() == {"sr", "en"}:
            first, second = ("en", "sr") if language == ENGLISH else ("sr", "en")
            return value[first] or value[second]
        return {name: localize(each, language) for name, each in value.items()}
    if isinstance(value, list):
        return [localize(each, language) for each in value]
    return "" if value is None else value


def content_texts(kind: str, content: Content, language: str) -> Iterator[str]:
    """Yield the texts of a language, list by list, for the search."""
    for each in lists_of(kind):
        yield from each.texts(content[each.name], language)
