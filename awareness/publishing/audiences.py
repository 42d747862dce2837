"""Audiences, age bands, and difficulty levels of published content, and the order of content for a reader."""

from collections.abc import Callable, Collection, Iterable
from typing import Final

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Audience of a text."""

    CHILDREN = "children", _("Children and young people")
    PARENTS = "parents", _("Parents and caretakers")
    EDUCATORS = "educators", _("Teachers and educators")


# schema.org `educationalRole` of each audience.
EDUCATIONAL_ROLES: Final = {Audience.CHILDREN: "student", Audience.PARENTS: "parent", Audience.EDUCATORS: "teacher"}


class AgeBand(models.TextChoices):
    """Ages of children in years."""

    SEVEN = "7-9", _("7 to 9 years")
    TEN = "10-12", _("10 to 12 years")
    THIRTEEN = "13-15", _("13 to 15 years")
    SIXTEEN = "16-18", _("16 to 18 years")


class Level(models.TextChoices):
    """Difficulty of a game, or of a quiz for children, by age in years."""

    YOUNGEST = "7-10", _("7 to 10 years")
    MIDDLE = "11-14", _("11 to 14 years")
    OLDEST = "15-18", _("15 to 18 years")


class QuizLevel(models.TextChoices):
    """Readers of a quiz: children of an age, or adults."""

    YOUNGEST = Level.YOUNGEST.value, Level.YOUNGEST.label
    MIDDLE = Level.MIDDLE.value, Level.MIDDLE.label
    OLDEST = Level.OLDEST.value, Level.OLDEST.label
    PARENTS = Audience.PARENTS.value, Audience.PARENTS.label
    EDUCATORS = Audience.EDUCATORS.value, Audience.EDUCATORS.label


class Reader(models.TextChoices):
    """Reader of an answer of a topic: children of an age or of all ages, or adults. In the order of a page."""

    CHILDREN = Audience.CHILDREN.value, Audience.CHILDREN.label
    YOUNGEST = Level.YOUNGEST.value, Level.YOUNGEST.label
    MIDDLE = Level.MIDDLE.value, Level.MIDDLE.label
    OLDEST = Level.OLDEST.value, Level.OLDEST.label
    PARENTS = Audience.PARENTS.value, Audience.PARENTS.label
    EDUCATORS = Audience.EDUCATORS.value, Audience.EDUCATORS.label

    @property
    def audience(self) -> Audience:
        """The audience of the reader."""
        return Audience(self) if self in Audience.values else Audience.CHILDREN

    @property
    def ages(self) -> str:
        """The ages in years, such as "7-10"; "" for all ages and for adults."""
        return self.value if self in Level.values else ""


# Query parameter of pages that start with content for one reader.
READER: Final = "reader"
_BANDS: Final = {
    Level.YOUNGEST: {AgeBand.SEVEN, AgeBand.TEN},
    Level.MIDDLE: {AgeBand.TEN, AgeBand.THIRTEEN},
    Level.OLDEST: {AgeBand.THIRTEEN, AgeBand.SIXTEEN},
}


def chosen_reader(query: QueryDict) -> Reader | None:
    """Return the reader named in the query; None for all readers."""
    value = query.get(READER)
    return Reader(value) if value in QuizLevel.values else None


def readers_of(audiences: Collection[str], ages: Collection[str]) -> tuple[str, ...]:
    """Return the values of `Audience` and `Level` for which content is meant: children of some ages by their levels."""
    if not ages or Audience.CHILDREN not in audiences:
        return tuple(audiences)
    adults = (audience for audience in audiences if audience != Audience.CHILDREN)
    return (*(level.value for level, bands in _BANDS.items() if bands & set(ages)), *adults)


def distance(fits: Collection[str], reader: Reader) -> int:
    """Return the distance of content from the reader.

    The distance is 0 if the content is meant for the reader. It is 1 if it is for all, or for children of all ages. For
    a child, content for other ages follows, the nearest level first (2, 3), then content for adults (4). For an adult,
    all other content is equal (2).
    """
    if reader in fits:
        return 0
    if not fits or reader.audience in fits:
        return 1
    levels = Level.values
    if not reader.ages:
        return 2
    own = levels.index(reader.ages)
    return 1 + min(abs(levels.index(each) - own) if each in levels else len(levels) for each in fits)


def readers_first[Item](
    items: Iterable[Item], reader: Reader | None, fits: Callable[[Item], Collection[str]]
) -> list[Item]:
    """Return the items by `distance` from the reader, otherwise in their order. `fits` returns the values for which an item is meant."""
    return list(items) if reader is None else sorted(items, key=lambda item: distance(fits(item), reader))
