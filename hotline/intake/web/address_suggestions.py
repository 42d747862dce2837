"""Suggests addresses found in the free text of a report. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.triage.url_candidates import candidates
from hotline.triage.url_normalisation import Location, NotALocation, locate

# The maximum in one report.
MAX_ADDRESSES = 50


@dataclass(frozen=True)
class SuggestedAddress:
    """`sure` if the word can only be an address. Others ("не смем.me") may be two words without a space."""

    location: Location
    sure: bool


def suggest_addresses(said: Mapping[str, Any], *, known: Collection[Location]) -> list[SuggestedAddress]:
    """Return the addresses in `what` and `details` that are not `known`, in order. At most `MAX_ADDRESSES` with those.

    Addresses are stored in clear text and words are not, so the reporter confirms which are addresses.
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
