"""Which content is watched: from the first hand-over until it is gone."""

from datetime import datetime

from hotline.models import ContentItem, LocationKind, Watch


def can_be_watched(item: ContentItem) -> bool:
    """Whether there is an address that a machine may ask for."""
    return item.kind == LocationKind.URL and bool(item.host) and not item.do_not_fetch


def begin_watch(*, item: ContentItem, now: datetime) -> bool:
    """Watch an item from now on, where that is possible; whether it is watched. Part of the caller's transaction."""
    if not can_be_watched(item):
        return False
    watch, made = Watch.objects.get_or_create(item=item, defaults={"began_at": now, "next_check_at": now})
    if not made and watch.ended_at is not None:
        watch.began_at, watch.next_check_at, watch.ended_at = now, now, None
        watch.outcome, watch.misses, watch.moved_to, watch.gone_at = "", 0, "", None
        watch.save()
    return True


def is_watched(item: ContentItem) -> bool:
    """Whether somebody still looks whether it is there."""
    return Watch.objects.filter(item=item, ended_at=None).exists()
