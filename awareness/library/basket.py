"""Basket of resources, stored as slugs in the query parameter `r`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.http import urlencode

from clicksafely.common.serbian.search_folding import SLUG_LENGTH

PARAMETER: Final = "r"
MAX_RESOURCES = 30
_SLUG = re.compile(rf"[a-z0-9_-]{{1,{SLUG_LENGTH}}}", re.IGNORECASE)


@dataclass(frozen=True)
class Basket:
    """Unique slugs in the order they were added. `overfull` is set if slugs above `MAX_RESOURCES` were dropped.

    A basket needs no cookie, and users can share its address. A script keeps it in the browser and puts it back into
    addresses.
    """

    slugs: tuple[str, ...] = ()
    overfull: bool = False

    @property
    def query(self) -> str:
        """Return the basket as a query string."""
        return urlencode([(PARAMETER, slug) for slug in self.slugs])

    def with_slug(self, slug: str) -> "Basket":
        """Return a basket with `slug` added, unless it is full."""
        return _basket([*self.slugs, slug])

    def without(self, slug: str) -> "Basket":
        """Return a basket without `slug`."""
        return Basket(tuple(each for each in self.slugs if each != slug))


def read_basket(query: QueryDict) -> Basket:
    """Read the basket from a query string. Values that are not valid slugs are dropped."""
    return _basket(slug for slug in query.getlist(PARAMETER) if _SLUG.fullmatch(slug))


def _basket(slugs: Iterable[str]) -> Basket:
    unique = tuple(dict.fromkeys(slugs))
    return Basket(unique[:MAX_RESOURCES], len(unique) > MAX_RESOURCES)
