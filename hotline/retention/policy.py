"""Retention periods of parts of reports: the best matching rule, but at least the legal minimum."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import NamedTuple

from hotline.categories import CATEGORIES
from hotline.models import LegalMinimum, RetentionPart, RetentionRule
from hotline.states import REOPENABLE


class ReportKind(NamedTuple):
    """Criteria of rules: category, final state, and whether the police received content."""

    category: str
    state: str
    police: bool


REPORT_KINDS = [ReportKind(*each) for each in product(CATEGORIES, sorted(REOPENABLE), (False, True))]


@dataclass(frozen=True)
class RetentionPolicy:
    """The current rules and legal minimums."""

    rules: list[RetentionRule]
    minimums: list[LegalMinimum]

    def rule_for(self, part: str, kind: ReportKind) -> RetentionRule | None:
        """Return the best matching rule: by police, then category, then final state; None without one."""
        fitting = [rule for rule in self.rules if rule.part == part and _fits(rule, kind)]
        return max(fitting, key=lambda rule: (rule.police, bool(rule.category), bool(rule.state)), default=None)

    def days_for(self, part: str, kind: ReportKind) -> int | None:
        """Return the days until the part is erased; None without a rule."""
        if part == RetentionPart.IDENTITY:
            days = [self._own_days(each, kind) for each in RetentionPart.values]
            return None if None in days else max(day for day in days if day is not None)
        return self._own_days(part, kind)

    def by_days(self, part: str) -> dict[int, list[ReportKind]]:
        """Return the report kinds by number of days."""
        groups: dict[int, list[ReportKind]] = {}
        for kind in REPORT_KINDS:
            days = self.days_for(part, kind)
            if days is not None:
                groups.setdefault(days, []).append(kind)
        return groups

    def general(self, part: str) -> timedelta | None:
        """Return the retention period of the part for data outside reports."""
        rule = next((rule for rule in self.rules if rule.part == part and rule.is_general), None)
        return timedelta(days=rule.days) if rule else None

    def _own_days(self, part: str, kind: ReportKind) -> int | None:
        rule = self.rule_for(part, kind)
        if rule is None:
            return None
        return max(rule.days, *(least.days for least in self._matching_minimums(part, kind)), 0)

    def _matching_minimums(self, part: str, kind: ReportKind) -> Iterator[LegalMinimum]:
        return (
            least
            for least in self.minimums
            if least.part == part and least.category in {"", kind.category} and (kind.police or not least.police)
        )


def load_policy() -> RetentionPolicy:
    """Load the policy from the database."""
    return RetentionPolicy(list(RetentionRule.objects.all()), list(LegalMinimum.objects.all()))


def violated_minimum(rule: RetentionRule) -> LegalMinimum | None:
    """Return the legal minimum that a rule violates for all its reports; None if the rule is long enough."""
    minimums = LegalMinimum.objects.filter(part=rule.part, category__in={"", rule.category}, days__gt=rule.days)
    if not rule.police:
        minimums = minimums.filter(police=False)
    return minimums.order_by("-days").first()


def _fits(rule: RetentionRule, kind: ReportKind) -> bool:
    return rule.category in {"", kind.category} and rule.state in {"", kind.state} and (kind.police or not rule.police)
