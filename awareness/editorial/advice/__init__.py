"""Short advice on the nine subjects of the Centre, written for each audience in its own words."""

from typing import NamedTuple

from django.utils.functional import Promise


class Advice(NamedTuple):
    """One subject for one audience: its anchor, a heading, one thought, and what to do; the words are lazy translations."""

    slug: str
    title: Promise
    lead: Promise
    steps: tuple[Promise, ...]
