"""The basket: slugs in the address (`r`), so that it needs no cookie and can be sent to a colleague."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.http import urlencode

from clicksafely.common.serbian.search_folding import SLUG_LENGTH

PARAMETER: Final = "r"
MOST = 30
_SLUG = re.compile(rf"[a-z0-9_-]{{1,{SLUG_LENGTH}}}", re.IGNORECASE)


@dataclass(frozen=True)
class Basket:
    """What was put in, in that order, each once. `overfull`: there was more than `MOST`, and the rest was left out."""

    slugs: tuple[str, ...] = ()
    overfull: bool = False

    @property
    def query(self) -> str:
        """As the query of an address."""
        return urlencode([(PARAMETER, slug) for slug in self.slugs])

    def with_slug(self, slug: str) -> "Basket":
        """With one more, if there is room."""
        return _basket([*self.slugs, slug])

    def without(self, slug: str) -> "Basket":
        """With one less."""
        return Basket(tuple(each for each in self.slugs if each != slug))


def read_basket(query: QueryDict) -> Basket:
    """The basket of an address; what cannot be a slug is left out."""
    return _basket(slug for slug in query.getlist(PARAMETER) if _SLUG.fullmatch(slug))


def _basket(slugs: Iterable[str]) -> Basket:
    unique = tuple(dict.fromkeys(slugs))
    return Basket(unique[:MOST], len(unique) > MOST)
