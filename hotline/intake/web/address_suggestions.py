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
    """`is_certain` if the word can only be an address. Others ("не смем.me") may be two words without a space."""

    location: Location
    is_certain: bool


def suggest_addresses(
    text_fields: Mapping[str, Any], *, known_locations: Collection[Location]
) -> list[SuggestedAddress]:
    """Return the addresses in `what` and `details` that are not `known_locations`, in order. At most `MAX_ADDRESSES` with those.

    Addresses are stored in clear text and words are not, so the reporter confirms which are addresses.
    """
    found: dict[Location, bool] = {}
    for word in candidates(f"{text_fields.get('what', '')}\n{text_fields.get('details', '')}"):
        try:
            location = locate(word)
        except NotALocation:
            continue
        if location not in known_locations:
            found[location] = found.get(location, False) or _is_certain(word)
    suggestions = [SuggestedAddress(location, is_certain) for location, is_certain in found.items()]
    return suggestions[: max(MAX_ADDRESSES - len(known_locations), 0)]


def _is_certain(word: str) -> bool:
    return "/" in word or ":" in word or word[:4].lower() == "www."
