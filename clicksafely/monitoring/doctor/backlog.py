"""Doctor checks of accumulated work: audit trail, backups, failed tasks, hash lists, alerts."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.timezone import localdate

from clicksafely.common.alerts import selectors as alerts
from clicksafely.common.audit import chain
from clicksafely.common.mail.smtp_settings import has_smtp_server
from clicksafely.common.models import MAX_UNLINKED_AGE, AuditEvent
from clicksafely.common.queue import failed_tasks
from clicksafely.monitoring.doctor.results import CheckResult, failed, passed, warning
from hotline.models import HashList, ListState

OLDEST_BACKUP: Final = timedelta(hours=26)
OLDEST_LIST: Final = timedelta(days=90)


def check_audit(now: datetime) -> Iterator[CheckResult]:
    """Check that events are linked and that the last link is valid; `verify_audit` checks the whole chain."""
    unlinked, oldest = chain.count_unlinked()
    if oldest and now - oldest > MAX_UNLINKED_AGE:
        yield failed(
            f"{unlinked} audit events have no link, the oldest since {oldest:%Y-%m-%d %H:%M} UTC",
            "Start the worker with AUDIT_KEY; `manage.py chain_audit` links them immediately",
        )
    if not settings.AUDIT_KEY:
        yield passed("AUDIT_KEY is not available here: the chain was not checked")
    elif chain.verify_last_link():
        yield passed(f"the last link of the audit chain is valid: {chain.current_head()}")
    else:
        yield failed(
            "the last link of the audit chain is invalid: AUDIT_KEY is wrong, or the log was changed",
            "Run `manage.py verify_audit`; if the key is right, treat it as an incident (docs/operations/troubleshoot.md)",
        )


def check_backup(now: datetime) -> Iterator[CheckResult]:
    """Check that a backup of the last day exists."""
    backed_up_at = (
        AuditEvent.objects.filter(action="backup.created").order_by("-id").values_list("at", flat=True).first()
    )
    remedy = "Run `manage.py backup FOLDER`, and schedule it by a timer (docs/operations/back-up.md)"
    if backed_up_at is None:
        yield warning("no backup was ever made", remedy)
    elif now - backed_up_at > OLDEST_BACKUP:
        yield warning(f"the newest backup is of {backed_up_at:%Y-%m-%d %H:%M} UTC", remedy)
    else:
        yield passed(f"the newest backup is of {backed_up_at:%Y-%m-%d %H:%M} UTC")


def check_failed_tasks(now: datetime) -> Iterator[CheckResult]:
    """Check that no failed task awaits a decision."""
    if count := failed_tasks.count_open():
        yield warning(
            f"{count} tasks have failed permanently",
            "See *Failed tasks* in the staff site: fix the cause, then retry",
        )
    else:
        yield passed("no task has failed permanently")


def check_hash_lists(now: datetime) -> Iterator[CheckResult]:
    """Check that the lists in use are recent."""
    lists = HashList.objects.filter(state=ListState.ACTIVE).order_by("name")
    old = [one for one in lists if one.imported_at and now - one.imported_at > OLDEST_LIST]
    for one in old:
        yield warning(
            f"the hash list {one.name} is of {localdate(one.imported_at)}",
            "Request a newer version from its source and import it with --replace",
        )
    if not lists:
        yield passed("no hash list is in use: pictures are not matched")
    elif not old:
        yield passed(f"{len(lists)} hash lists are in use")


def check_alerts(now: datetime) -> Iterator[CheckResult]:
    """Check that alerts are planned and sent, and that the persons on duty and the supervisors can be reached."""
    if not alerts.roster().exists():
        yield passed("the duty roster is empty: receipts of urgent reports say that no one is on duty")
        if not has_smtp_server():
            return
    faults = alerts.alerting_faults(now)
    for fault in faults:
        yield failed(
            f"the alerting does not work ({fault.value})", "See docs/operations/troubleshoot.md, Alert AlertingDown"
        )
    if unreachable := alerts.people_without_address():
        yield warning(
            f"{len(unreachable)} persons on duty or supervisors have neither a channel nor an e-mail address",
            "Add one under *Duty roster* or in their account",
        )
    if not faults:
        yield passed("alerts are planned and sent")
