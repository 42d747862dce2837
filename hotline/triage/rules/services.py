"""Saves triage rules and applies them to content items and reports. Rules never decide legality."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.queue.enqueue import enqueue_task
from hotline.lifecycle.transitions import update_priority
from hotline.models import ContentItem, LocationKind, Report, RuleHit, RuleVersion, TriageRule
from hotline.priority import PriorityReason
from hotline.states import ItemState
from hotline.triage.content_items import LinkedItem
from hotline.triage.rules import compiled_rules
from hotline.triage.rules.matching import CompiledRule, RuleSet, combine_effects, fitting_location
from hotline.triage.url_normalisation import Location

AT_ONCE = 500
# A triage during the change may use the old rules. Only a round that begins this much later settles the rule.
# The task that applies changed rules, every minute and after each change.
APPLY_TASK = "hotline.apply_rule_changes"
SETTLES_AFTER = timedelta(seconds=10)


def save_rule(*, rule: TriageRule, actor: User, now: datetime) -> TriageRule:
    """Save a new or changed rule, effective at once. The worker then applies it to all items waiting for review."""
    is_new = rule.pk is None
    if is_new:
        rule.author, rule.created_at = actor, now
    rule.changed_at, rule.applied = now, False
    with transaction.atomic():
        rule.save()
        RuleVersion.objects.update_or_create(pk=1, defaults={"version": uuid4()})
        effects = {
            "set_host": rule.set_host,
            "note": rule.note,
            "fetch": rule.do_not_fetch,
            "raise": rule.raise_priority,
        }
        audit_log.record(
            action="triage_rule.created" if is_new else "triage_rule.changed",
            subject=rule,
            actor=actor,
            now=now,
            data={
                "kind": rule.kind,
                # Values may be long and are not codes.
                "value": sha256(rule.value.encode()).hexdigest()[:16],
                "effects": [name for name, effect in effects.items() if effect],
                "active": rule.active,
            },
        )
        compiled_rules.clear_rule_cache()
        transaction.on_commit(partial(enqueue_task, APPLY_TASK))
    return rule


def apply_rules(*, items: Sequence[LinkedItem], locations: Sequence[Location]) -> bool:
    """Store which rules match these locked items, in the triage transaction. Returns whether a rule raises the
    priority.

    Makes no query if no rule matches.
    """
    rules = compiled_rules.current_rules()
    found = {
        item.pk: fitting
        for item, location in zip(items, locations, strict=True)
        if (fitting := fitting_location(rules, location))
    }
    if found:
        RuleHit.objects.bulk_create(_hits(found), ignore_conflicts=True)
        _write_effects(found)
    return any(rule.raise_priority for fitting in found.values() for rule in fitting)


def apply_rule_changes(*, now: datetime, seconds: float, after: int = 0, begun: datetime | None = None) -> int | None:
    """Apply changed rules to the items that have not ended, from id `after` on, for at most about `seconds`.

    Returns the last processed item if some are left, otherwise None. The next call then passes it and the start time
    `begun`. Does nothing if all rules are applied. Idempotent.
    """
    if not TriageRule.objects.filter(applied=False).exists():
        return None
    rules, end = compiled_rules.read_rules(), time.monotonic() + seconds
    waiting = ContentItem.objects.exclude(state=ItemState.ENDED).exclude(kind=LocationKind.DESCRIBED)
    while batch := list(waiting.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        _settle_batch(batch, {item.pk: _fitting_item(rules, item) for item in batch})
        after = batch[-1].pk
        if time.monotonic() > end:
            return after
    TriageRule.objects.filter(applied=False, changed_at__lte=(begun or now) - SETTLES_AFTER).update(applied=True)
    return None


def _settle_batch(items: Sequence[ContentItem], found: Mapping[int, list[CompiledRule]]) -> None:
    matching_pairs = {(item, rule.pk) for item, fitting in found.items() for rule in fitting}
    present = set(RuleHit.objects.filter(item__in=items).values_list("item", "rule"))
    unapplied = set(TriageRule.objects.filter(applied=False).values_list("pk", flat=True))
    touched = {
        item
        for item, rule in matching_pairs | present
        if (item, rule) not in matching_pairs & present or rule in unapplied
    }
    if not touched:
        return
    with transaction.atomic():
        # The same order as in triage.
        locked = ContentItem.objects.filter(pk__in=touched).order_by("digest").select_for_update(no_key=True)
        changed = {item.pk: found[item.pk] for item in locked}
        over = [
            pk
            for pk, item, rule in RuleHit.objects.filter(item__in=changed).values_list("pk", "item", "rule")
            if (item, rule) not in matching_pairs
        ]
        RuleHit.objects.filter(pk__in=over).delete()
        RuleHit.objects.bulk_create(_hits(changed), ignore_conflicts=True)
        _write_effects(changed)
        _put_forward(changed)


def _hits(found: Mapping[int, Iterable[CompiledRule]]) -> list[RuleHit]:
    return [RuleHit(item_id=item, rule_id=rule.pk) for item, fitting in found.items() for rule in fitting]


def _write_effects(found: Mapping[int, Iterable[CompiledRule]]) -> None:
    """Update the items, with one statement for each combination of effects."""
    alike: dict[tuple[str, bool], list[int]] = {}
    for item, fitting in found.items():
        alike.setdefault(combine_effects(fitting), []).append(item)
    for (host, do_not_fetch), items in alike.items():
        ContentItem.objects.filter(pk__in=items).update(host_override=host, do_not_fetch=do_not_fetch)


def _put_forward(items: Iterable[int]) -> None:
    """Add or remove the rule reason of waiting reports. Locked reports are left to the next round."""
    putting = RuleHit.objects.filter(rule__raise_priority=True, item__reports=OuterRef("pk"))
    waiting = Report.objects.filter(items__in=list(items), queue__isnull=False)
    locked = waiting.annotate(forward=Exists(putting)).select_for_update(skip_locked=True, no_key=True, of=("self",))
    rule = [PriorityReason.RULE]
    for report in locked:
        update_priority(report, add=rule if report.forward else [], remove=rule)


def _fitting_item(rules: RuleSet, item: ContentItem) -> list[CompiledRule]:
    return rules.fitting(host=item.host, registrable_domain=item.registrable_domain, canonical=item.canonical)
