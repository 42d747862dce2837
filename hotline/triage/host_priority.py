"""Applies host look-ups to content items and to the priority of reports."""

import time
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from clicksafely.common.audit import audit_log
from hotline.hosting.lookup import full_hour, run_due_lookups
from hotline.lifecycle.transitions import update_priority
from hotline.models import Host, LocationKind, Report
from hotline.priority import PriorityReason
from hotline.states import ReportState
from hotline.triage.rules.compiled_rules import current_rules
from hotline.triage.rules.matching import combine_effects, fitting_location
from hotline.triage.url_normalisation import Location

SERBIA = "RS"
AT_ONCE = 1000
# With more reports than this waiting for triage, host look-ups are postponed.
BEHIND = 50

# Items are locked in the order of their digests, as in triage. Items with a host from a rule are skipped.
_SET_NETWORK = """
    UPDATE hotline_contentitem item SET network = host.asn FROM hotline_host host
    WHERE host.name = item.host AND item.id IN (
        SELECT named.id FROM hotline_contentitem named JOIN hotline_host found ON found.name = named.host
        WHERE found.name = ANY(%(names)s) AND found.asn IS NOT NULL AND named.network IS DISTINCT FROM found.asn
            AND named.host_override = ''
        ORDER BY named.digest LIMIT %(most)s FOR NO KEY UPDATE OF named
    )
"""


def hosts_of(locations: Iterable[Location]) -> list[str]:
    """Return the hosts to look up. Onion services have none.

    A rule may name another host, or forbid look-ups of the item.
    """
    rules = current_rules()
    hosts = []
    for location in locations:
        if location.kind == LocationKind.URL and location.host:
            elsewhere, keep_away = combine_effects(fitting_location(rules, location))
            hosts += [] if keep_away else [elsewhere or location.host]
    return hosts


def look_up_hosts(*, now: datetime, seconds: float, at_least: int = 0) -> int:
    """Look up due hosts and apply the results, for at most about `seconds`. Returns the number of hosts.

    Stops while many reports wait for triage, but not before `at_least` hosts.
    """
    end = time.monotonic() + seconds
    done = 0
    while (done < at_least or not _triage_is_behind()) and (hosts := run_due_lookups(now=now)):
        apply_lookups(hosts=hosts, now=now)
        done += len(hosts)
        if time.monotonic() > end:
            break
    return done


def apply_lookups(*, hosts: Iterable[Host], now: datetime) -> None:
    """Store the network of the items, and raise the priority of waiting reports about content in Serbia."""
    found = [host for host in hosts if not host.problem]
    located = [host.name for host in found if host.asn]
    while located and _set_networks(located) == AT_ONCE:
        pass
    serbian = [host.name for host in found if host.country == SERBIA]
    if serbian:
        prioritise_serbian(hosts=serbian, now=now)


def prioritise_serbian(*, hosts: Iterable[str], now: datetime) -> None:
    """Raise the priority of all waiting, unclaimed reports with content on one of these Serbian hosts."""
    reasons = [PriorityReason.SERBIAN_HOST.value]
    waiting = Report.objects.filter(queue__isnull=False, claimed_by__isnull=True).order_by("pk")
    lower = waiting.filter(items__host__in=list(hosts)).exclude(priority_reasons__contains=reasons)
    for report_id in lower.values_list("pk", flat=True).distinct():
        # One transaction per report, so that a locked report does not delay the others.
        with transaction.atomic():
            report = waiting.filter(pk=report_id).select_for_update(no_key=True, of=("self",)).first()
            if report is None or not update_priority(report, add=reasons):
                continue
            data: dict[str, int | list[str]] = {"reasons": reasons, "priority": report.priority}
            audit_log.record(action="report.prioritised", subject=report, actor=None, now=full_hour(now), data=data)


def _set_networks(names: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SET_NETWORK, {"names": names, "most": AT_ONCE})
        return int(cursor.rowcount)


def _triage_is_behind() -> bool:
    return Report.objects.filter(state=ReportState.RECEIVED).order_by("pk")[: BEHIND + 1].count() > BEHIND
