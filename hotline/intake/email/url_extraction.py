"""Bounded collection of the locations named in a message's texts and links."""

import re

from hotline.triage.link_unwrapping import unwrap
from hotline.triage.url_candidates import MAX_TEXT_LENGTH
from hotline.triage.url_normalisation import (
    Extraction,
    Location,
    NotALocation,
    UnreadableWord,
    extract_locations,
    locate,
)

MAX_LOCATIONS = 200
MAX_UNREADABLE = 50
# For all texts together, a thousand times more than a person writes.
ROOM = 1_000_000
_MAX_TARGETS = 20_000

# RFC 3986, appendix C: an address in <> may be broken across lines.
_TORN = re.compile(r"<(?:https?|hxxps?)://[^<>\s]++(?:[ \t]*+\r?\n[> \t]*+[^<>\s]++){1,8}>", re.IGNORECASE)
_TEAR = re.compile(r"\s+(?:>[> \t]*)?")


class LocationCollector:
    """Collects locations from texts and link targets. `cut` is set if a limit was exceeded."""

    def __init__(self) -> None:
        self.cut = False
        self._room = ROOM
        self._targets = 0
        self._locations: dict[Location, None] = {}
        self._unreadable: dict[UnreadableWord, None] = {}

    def search(self, text: str) -> None:
        """Find the addresses in a text."""
        if len(text) > self._room:
            self.cut, text = True, text[: self._room]
        self._room -= len(text)
        text = _TORN.sub(lambda torn: _TEAR.sub("", torn[0]), text)
        start = 0
        while start < len(text):
            end = start + MAX_TEXT_LENGTH
            if end < len(text):
                # Split between words if possible.
                end = (
                    max(text.rfind(" ", start + 1, end), text.rfind("\n", start + 1, end))
                    if " " in text[start + 1 : end]
                    else end
                )
            self._keep(extract_locations(text[start:end]))
            start = end

    def follow(self, target: str) -> None:
        """Add the target of a link."""
        self._targets += 1
        if self._targets > _MAX_TARGETS:
            self.cut = True
            return
        try:
            location = locate(unwrap(target))
        except NotALocation:
            return
        self._keep(Extraction((location,), ()))

    def extraction(self) -> Extraction:
        """Return the distinct results in the order of discovery."""
        return Extraction(tuple(self._locations), tuple(self._unreadable))

    def _keep(self, found: Extraction) -> None:
        for location in found.locations:
            if len(self._locations) >= MAX_LOCATIONS and location not in self._locations:
                self.cut = True
                break
            self._locations[location] = None
        for word in found.unreadable[: MAX_UNREADABLE - len(self._unreadable)]:
            self._unreadable[word] = None
