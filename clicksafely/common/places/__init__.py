"""Towns of Serbia, a closed list, so that statistics can be summed and mapped."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Func, IntegerField, Value
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from clicksafely.common.content.schema import read_data
from clicksafely.common.serbian.alphabet import page_order
from clicksafely.common.serbian.search_folding import fold, slugify
from clicksafely.common.serbian.transliteration import to_latin

MAX_CODE_LENGTH = 40
FILE: Final = Path(__file__).with_name("seats.yaml")
# The only town with an English name.
_ENGLISH: Final = {"beograd": "Belgrade"}


@dataclass(frozen=True)
class Town:
    """A town: its code, its name in Cyrillic, and its position (degrees, WGS 84). Addresses in a town are free text."""

    code: str
    name: str
    latitude: float
    longitude: float

    def __str__(self) -> str:
        return self.name_in(get_language() or "sr")

    def name_in(self, language: str) -> str:
        """Return the name for a page in `language` (a code of LANGUAGES).

        Cyrillic for both Serbian scripts, because pages are converted to Latin as a whole.
        """
        return self.name if language.startswith("sr") else self.english

    @property
    def english(self) -> str:
        """Return the English name: the name in Latin, except for Belgrade."""
        return _ENGLISH.get(self.code) or to_latin(self.name)


def _read_towns() -> Mapping[str, Town]:
    return MappingProxyType({(code := slugify(row["name"])): Town(code, **row) for row in read_data(FILE)})


# By their codes. The file is read at the first use, which raises ContentError if it is damaged; other pages are not affected.
TOWNS: Final = cast("Mapping[str, Town]", SimpleLazyObject(_read_towns))


def town_name(code: str) -> str:
    """Return the name of the town in the active language, or an unknown code."""
    return str(TOWNS[code]) if code in TOWNS else code


def find_town(text: str) -> Town | None:
    """Return the town with a name in either script, with or without diacritics, or in English; None without one."""
    return _BY_NAME.get(fold(text.strip()))


def town_choices() -> list[tuple[str, str]]:
    """Return codes and names of all towns for a form, in the order of the page's language."""
    return [(code, town_name(code)) for code in sorted(TOWNS, key=town_order)]


def town_order(code: str) -> Any:
    """Return a key that sorts codes of towns by their names, in the order of the page's language."""
    return page_order(town_name(code))


class TownOrder(Func):
    """An expression for `order_by` and `ordering` that sorts codes of towns as `town_order` does; unknown codes come last."""

    output_field = IntegerField()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        """Return the SQL for the language that is active when the query runs."""
        codes = Value(sorted(TOWNS, key=town_order), output_field=ArrayField(CharField()))
        return compiler.compile(Func(codes, *self.get_source_expressions(), function="array_position"))


def _by_name() -> Mapping[str, Town]:
    return {folded: town for town in TOWNS.values() for folded in (fold(town.name), fold(town.english), town.code)}


_BY_NAME: Final = cast("Mapping[str, Town]", SimpleLazyObject(_by_name))
