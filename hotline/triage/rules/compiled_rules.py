"""Per-process cache of the compiled active rules."""

import threading
from time import monotonic
from uuid import UUID

from hotline.models import RuleVersion, TriageRule
from hotline.triage.rules.matching import CompiledRule, RuleSet, compiled

# A process may use the previous rules for this time. `services.apply_rule_changes` checks those items again.
FRESH_SECONDS = 1.0

_lock = threading.Lock()
_rules = RuleSet()
_version: UUID | None = None
_checked_at = float("-inf")


def current_rules() -> RuleSet:
    """Return the rules, at most `FRESH_SECONDS` old.

    The version is queried once a second, the rules only after a change.
    """
    global _rules, _version, _checked_at
    with _lock:
        if monotonic() >= _checked_at + FRESH_SECONDS:
            version = RuleVersion.objects.values_list("version", flat=True).first()
            if version is None or version != _version:
                _rules, _version = read_rules(), version
            _checked_at = monotonic()
        return _rules


def read_rules() -> RuleSet:
    """Return the active rules from the database."""
    rows = TriageRule.objects.filter(active=True).order_by("pk")
    columns = rows.values_list("pk", "kind", "value", "set_host", "do_not_fetch", "raise_priority")
    return RuleSet([compiled(CompiledRule(*row)) for row in columns])


def clear_rule_cache() -> None:
    """Empty the cache."""
    global _version, _checked_at
    with _lock:
        _version, _checked_at = None, float("-inf")
