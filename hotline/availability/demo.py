"""Content of a demonstration that is watched, with what was found since; nothing is asked for."""

from datetime import datetime, timedelta

from hotline.availability.services import record_finding
from hotline.availability.url_checker import Seen
from hotline.models import ContentItem, Finding, Watch

HOUR = timedelta(hours=1)


def play_checks(*, item: ContentItem, gone_after: int | None, now: datetime) -> None:
    """Every check since the hand-over, up to six minutes ago; with `gone_after` it was there until so many hours after it."""
    watch = Watch.objects.get(item=item)
    began = watch.began_at
    if gone_after is not None:
        for hours in (*range(gone_after - 1), gone_after - 0.9):
            record_finding(watch_id=watch.pk, seen=Seen(Finding.THERE), now=began + hours * HOUR)
        for hours in range(3):
            record_finding(watch_id=watch.pk, seen=Seen(Finding.GONE), now=began + (gone_after + hours) * HOUR)
        return
    due: datetime | None = began
    while due is not None and due < now:
        record_finding(watch_id=watch.pk, seen=Seen(Finding.THERE), now=due)
        watch.refresh_from_db()
        due = watch.next_check_at
    record_finding(watch_id=watch.pk, seen=Seen(Finding.THERE), now=now - timedelta(minutes=6))
