"""Addresses that a reporter wrote among the words instead of in the field for them. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.triage.url_candidates import candidates
from hotline.triage.url_normalisation import Location, NotALocation, locate

# So many fit into one report.
MAX_ADDRESSES = 50


@dataclass(frozen=True)
class SuggestedAddress:
    """`sure`: written as nothing but an address is. Others ("не смем.me") may be words between which a space is missing."""

    location: Location
    sure: bool


def suggest_addresses(said: Mapping[str, Any], *, known: Collection[Location]) -> list[SuggestedAddress]:
    """The addresses in the free texts `what` and `details` that are not `known`, each once, in their order; `MAX_ADDRESSES` with those.

    Addresses are stored in clear and words are not: which of them are addresses is for the reporter to say.
    """
    found: dict[Location, bool] = {}
    for word in candidates(f"{said.get('what', '')}\n{said.get('details', '')}"):
        try:
            location = locate(word)
        except NotALocation:
            continue
        if location not in known:
            found[location] = found.get(location, False) or _is_sure(word)
    return [SuggestedAddress(location, sure) for location, sure in found.items()][: max(MAX_ADDRESSES - len(known), 0)]


def _is_sure(word: str) -> bool:
    return "/" in word or ":" in word or word[:4].lower() == "www."
