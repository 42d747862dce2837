"""Adds locations to a case that the reporter named later."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
from hotline.hosting.enqueue import enqueue_lookups
from hotline.hosting.lookup import full_hour, request_lookups
from hotline.lifecycle.transitions import advance_report, update_priority
from hotline.models import LocationKind, Report
from hotline.review.claims import lock_claimed_case
from hotline.states import ReportState
from hotline.triage.content_items import link_items
from hotline.triage.priority_reasons import reasons_of
from hotline.triage.rules.services import apply_rules
from hotline.triage.url_normalisation import Location

MAX_ITEMS = 200


class NothingNew(ActionRefused):
    reason = _("All of these addresses are already in this case.")


class TooManyItems(ActionRefused):
    reason = _("Too many addresses for one case. Enter the rest as a separate report.")


class ReviewFinished(ActionRefused):
    reason = _("Addresses can be added only while the case is in review. Enter these as a separate report.")


def add_locations(*, report: Report, locations: Sequence[Location], actor: User, now: datetime) -> list[int]:
    """Link the new locations to the case. Each counts as reported once more. Returns the ids of their items.

    Raises NotClaimHolder, ReviewFinished, NothingNew or TooManyItems. Nothing is written when an exception is raised.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        if report.state != ReportState.IN_REVIEW:
            raise ReviewFinished
        linked_digests = {bytes(digest) for digest in report.items.values_list("digest", flat=True)}
        new = [location for location in dict.fromkeys(locations) if location.digest not in linked_digests]
        if not new:
            raise NothingNew
        if len(linked_digests) + len(new) > MAX_ITEMS:
            raise TooManyItems
        names = [location.host for location in new if location.kind == LocationKind.URL]
        hosts = request_lookups(names=names, hour=full_hour(now))
        items = link_items(report=report, locations=new, hosts=hosts)
        ids = [item.pk for item in items]
        report.report_items.filter(item__in=ids).update(position=F("position") + len(linked_digests))
        found = reasons_of(
            report,
            new,
            repeated=any(item.report_count > 1 for item in items),
            serbian=any(host.country == "RS" for host in hosts.values()),
            ruled=apply_rules(items=items, locations=new),
        )
        report.locations = [*report.locations, *(location.as_dict() for location in new)]
        report.save(update_fields=["locations"])
        update_priority(report, add=found)
        audit_log.record(action="report.items_added", subject=report, actor=actor, now=now, data={"items": ids})
        advance_report(report=report, actor=actor, now=now)
        transaction.on_commit(enqueue_lookups)
    return ids
