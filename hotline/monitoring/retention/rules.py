"""Writes the rules of retention and the deadlines of complaints, each change in the audit trail."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from clicksafely.common import audit
from hotline.models import LegalMinimum, RetentionRule
from hotline.monitoring.retention.terms import broken_minimum


class ShorterThanTheLaw(Exception):
    """A rule that lets go earlier than the law allows; `minimum` is what it breaks. Nothing was written."""

    def __init__(self, minimum: LegalMinimum) -> None:
        super().__init__(str(minimum))
        self.minimum = minimum


class GeneralRule(Exception):
    """Without its general rule a part would be kept for ever. Nothing was written."""


def keep_rule(*, rule: RetentionRule, actor: User, now: datetime, changed: Iterable[str]) -> None:
    """Store a new or changed rule, checked by its form; `changed` are the names of the fields. Raises ShorterThanTheLaw."""
    minimum = broken_minimum(rule)
    if minimum is not None:
        raise ShorterThanTheLaw(minimum)
    with transaction.atomic():
        action = "retention.made" if rule._state.adding else "retention.changed"
        rule.save()
        data: dict[str, audit.Value] = {"fields": sorted(changed), "part": rule.part, "days": rule.days}
        audit.record(action=action, subject=rule, actor=actor, now=now, data=data)


def remove_rule(*, rule: RetentionRule, actor: User, now: datetime) -> None:
    """Take a rule away; what it was for falls to a more general one. Raises GeneralRule."""
    if rule.is_general:
        raise GeneralRule
    with transaction.atomic():
        audit.record(
            action="retention.removed",
            subject=rule,
            actor=actor,
            now=now,
            data={"part": rule.part, "days": rule.days},
        )
        rule.delete()
