"""The rules in force, compiled once a version in each process."""

import threading
import time
from uuid import UUID

from hotline.models import RuleVersion, TriageRule
from hotline.triage.rules.matching import CompiledRule, RuleSet, compiled

# A process may go on with the rules of a moment ago; what it triages meanwhile is looked at again: see `services.settle_rules`.
FRESH_SECONDS = 1.0

_lock = threading.Lock()
_known = RuleSet()
_version: UUID | None = None
_checked_at = float("-inf")


def current_rules() -> RuleSet:
    """The rules as they were at most `FRESH_SECONDS` ago. One look at the version a second, and the rules themselves where it is new."""
    global _known, _version, _checked_at
    with _lock:
        if time.monotonic() >= _checked_at + FRESH_SECONDS:
            version = RuleVersion.objects.values_list("version", flat=True).first()
            if version is None or version != _version:
                _known, _version = read_rules(), version
            _checked_at = time.monotonic()
        return _known


def read_rules() -> RuleSet:
    """The rules in force, from the database."""
    rows = TriageRule.objects.filter(active=True).order_by("pk")
    columns = rows.values_list("pk", "kind", "value", "set_host", "do_not_fetch", "raise_priority")
    return RuleSet([compiled(CompiledRule(*row)) for row in columns])


def clear_rule_cache() -> None:
    """Read the rules anew at the next question."""
    global _version, _checked_at
    with _lock:
        _version, _checked_at = None, float("-inf")
