"""Addresses that a reporter wrote among the words instead of in the field for them. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.triage.url_candidates import candidates
from hotline.triage.url_normalisation import Location, NotReadable, locate

# So many fit into one report.
MAX_ADDRESSES = 50


@dataclass(frozen=True)
class FoundAddress:
    """`sure`: written as nothing but an address is. Others ("не смем.me") may be words between which a space is missing."""

    location: Location
    sure: bool


def found_in(said: Mapping[str, Any], *, known: Collection[Location]) -> list[FoundAddress]:
    """The addresses in the free texts `what` and `details` that are not `known`, each once, in their order; `MAX_ADDRESSES` with those.

    Addresses are stored in clear and words are not: which of them are addresses is for the reporter to say.
    """
    found: dict[Location, bool] = {}
    for word in candidates(f"{said.get('what', '')}\n{said.get('details', '')}"):
        try:
            location = locate(word)
        except NotReadable:
            continue
        if location not in known:
            found[location] = found.get(location, False) or _is_sure(word)
    return [FoundAddress(location, sure) for location, sure in found.items()][: max(MAX_ADDRESSES - len(known), 0)]


def _is_sure(word: str) -> bool:
    return "/" in word or ":" in word or word[:4].lower() == "www."
