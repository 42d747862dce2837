"""What has been done and what waits: audit trail, backups, failed tasks, hash lists."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from clicksafely.common.audit import chain
from clicksafely.common.models import AuditEvent
from clicksafely.common.queue import failed_tasks
from clicksafely.monitoring.doctor.results import CheckResult, failed, passed, warning
from hotline.models import HashList, ListState

LONGEST_UNLINKED: Final = timedelta(minutes=10)
OLDEST_BACKUP: Final = timedelta(hours=26)
OLDEST_LIST: Final = timedelta(days=90)


def check_audit(now: datetime) -> Iterator[CheckResult]:
    """Events are linked, and the last link holds; the whole chain is for `verify_audit`."""
    unlinked, oldest = chain.count_unlinked()
    if oldest and now - oldest > LONGEST_UNLINKED:
        yield failed(
            f"{unlinked} audit events have no link, the oldest since {oldest:%Y-%m-%d %H:%M} UTC",
            "Start the worker, and give it AUDIT_KEY; `manage.py chain_audit` links them at once",
        )
    if not settings.AUDIT_KEY:
        yield passed("AUDIT_KEY is not here: the chain was not looked at")
    elif chain.verify_last_link():
        yield passed(f"the last link of the audit chain holds: {chain.current_head()}")
    else:
        yield failed(
            "the last link of the audit chain does not hold: AUDIT_KEY is another one, or the trail was changed",
            "Run `manage.py verify_audit`; where the key is the right one, treat it as an incident (docs/runbooks.md)",
        )


def check_backup(now: datetime) -> Iterator[CheckResult]:
    """There is one of the last day."""
    made = AuditEvent.objects.filter(action="backup.created").order_by("-id").values_list("at", flat=True).first()
    remedy = "Run `manage.py backup FOLDER`, and let a timer do it (docs/operations.md, Backup and restore)"
    if made is None:
        yield warning("no backup was ever made", remedy)
    elif now - made > OLDEST_BACKUP:
        yield warning(f"the newest backup is of {made:%Y-%m-%d %H:%M} UTC", remedy)
    else:
        yield passed(f"the newest backup is of {made:%Y-%m-%d %H:%M} UTC")


def check_failed_tasks(now: datetime) -> Iterator[CheckResult]:
    """None waits for somebody."""
    if count := failed_tasks.count_open():
        yield warning(
            f"{count} tasks have failed for good",
            "Look at *Failed tasks* in the staff site: mend the cause, then try again",
        )
    else:
        yield passed("no task has failed for good")


def check_hash_lists(now: datetime) -> Iterator[CheckResult]:
    """Lists in use are not too old."""
    lists = HashList.objects.filter(state=ListState.ACTIVE).order_by("name")
    old = [one for one in lists if one.imported_at and now - one.imported_at > OLDEST_LIST]
    for one in old:
        yield warning(
            f"the hash list {one.name} is of {one.imported_at:%Y-%m-%d}",
            "Ask its source for a newer version and import it with --replace",
        )
    if not lists:
        yield passed("no hash list is in use: pictures are compared with nothing")
    elif not old:
        yield passed(f"{len(lists)} hash lists are in use")
