"""Guesses the site type of an address by rules; analysts can correct it."""

from dataclasses import dataclass
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

from hotline.models import SiteTypeRule

# Maximum age of the cached rules in a process, in seconds.
SECONDS = 30.0
# Number of compared path segments.
DEEPEST = 6
SiteTypeRules = dict[tuple[str, str], int]


@dataclass
class _Cache:
    hints: SiteTypeRules
    until: float


_cache = _Cache({}, 0.0)
_lock = Lock()


def guess_site_type(host: str, canonical: str) -> int | None:
    """Return the ICCAM id of the site type; None without a matching rule.

    The rule with the longest host wins, then the one with the longest path. Rules for any host come last.
    """
    hints = _present()
    if not hints or not host:
        return None
    return best_rule(hints, host, urlsplit(canonical).path)


def best_rule(hints: SiteTypeRules, host: str, path: str) -> int | None:
    """Apply the given rules, {(host, path): site type}. Pure."""
    labels = host.split(".")
    segments = [segment for segment in path.lower().split("/", DEEPEST + 1)[: DEEPEST + 1] if segment]
    paths = ["".join(f"/{segment}" for segment in segments[:count]) for count in range(len(segments), -1, -1)]
    for domain in [*(".".join(labels[place:]) for place in range(len(labels))), ""]:
        for beginning in paths:
            if (domain, beginning) in hints:
                return hints[domain, beginning]
    return None


def clear_rule_cache() -> None:
    """Clear the cache of this process."""
    _cache.until = 0.0


def _present() -> SiteTypeRules:
    if monotonic() > _cache.until:
        with _lock:
            rows = SiteTypeRule.objects.values_list("host", "path", "site_type")
            _cache.hints = {(host, path.lower()): site_type for host, path, site_type in rows}
            _cache.until = monotonic() + SECONDS
    return _cache.hints
