"""What kind of site an address is likely to be on, by hints that are data. An analyst has the last word."""

import time
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlsplit

from hotline.models import SiteTypeRule

# A hint that is new or changed counts after so many seconds at the latest, in every process.
SECONDS = 30.0
# So many segments of a path are looked at.
DEEPEST = 6
SiteTypeRules = dict[tuple[str, str], int]


@dataclass
class _Cache:
    hints: SiteTypeRules
    until: float


_cache = _Cache({}, 0.0)
_lock = Lock()


def guess_site_type(host: str, canonical: str) -> int | None:
    """The ICCAM id of the kind of site, None where no hint fits.

    The hint of the longest host wins, among those the one of the longest path; a hint for any host comes last.
    """
    hints = _present()
    if not hints or not host:
        return None
    return best_rule(hints, host, urlsplit(canonical).path)


def best_rule(hints: SiteTypeRules, host: str, path: str) -> int | None:
    """The same for given hints, {(host, path): kind of site}. Pure."""
    labels = host.split(".")
    segments = [segment for segment in path.lower().split("/", DEEPEST + 1)[: DEEPEST + 1] if segment]
    paths = ["".join(f"/{segment}" for segment in segments[:count]) for count in range(len(segments), -1, -1)]
    for domain in [*(".".join(labels[place:]) for place in range(len(labels))), ""]:
        for beginning in paths:
            if (domain, beginning) in hints:
                return hints[domain, beginning]
    return None


def clear_rule_cache() -> None:
    """Have this process read the hints again."""
    _cache.until = 0.0


def _present() -> SiteTypeRules:
    if time.monotonic() > _cache.until:
        with _lock:
            rows = SiteTypeRule.objects.values_list("host", "path", "site_type")
            _cache.hints = {(host, path.lower()): site_type for host, path, site_type in rows}
            _cache.until = time.monotonic() + SECONDS
    return _cache.hints
