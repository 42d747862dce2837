"""Which content is watched: from the first hand-over until it is gone."""

from datetime import datetime

from django.conf import settings

from hotline.models import ContentItem, Host, LocationKind, RuleHit, Watch


def can_be_watched(item: ContentItem) -> bool:
    """Whether there is an address that a machine may ask for; an onion service only over a proxy that can."""
    if item.kind == LocationKind.ONION:
        reachable = settings.MONITORING_PROXY.startswith("socks5")
    else:
        reachable = item.kind == LocationKind.URL
    return reachable and bool(item.host) and item.canonical.startswith("http") and not is_kept_away(item)


def is_kept_away(item: ContentItem) -> bool:
    """Whether a rule of triage keeps machines away."""
    rules = RuleHit.objects.filter(item=item, rule__active=True, rule__do_not_fetch=True)
    return item.do_not_fetch or rules.exists()


def begin_watch(*, item: ContentItem, now: datetime) -> bool:
    """Watch an item from now on, where that is possible; whether it is watched. Part of the caller's transaction."""
    if not can_be_watched(item):
        return False
    watch = Watch.objects.filter(item=item).first() or Watch(item=item, ended_at=now)
    if watch.ended_at is None:
        return True
    watch.host, watch.began_at, watch.next_check_at = item.host, now, now
    watch.country, watch.network = where_now(item)
    watch.ended_at, watch.outcome, watch.attention = None, "", ""
    watch.misses, watch.unclear, watch.gone_at, watch.missed_at = 0, 0, None, None
    watch.save()
    return True


def is_watched(item: ContentItem) -> bool:
    """Whether somebody still looks whether it is there."""
    return Watch.objects.filter(item=item, ended_at=None).exists()


def hosting_name(item: ContentItem) -> str:
    """The host whose look-up says where an item is: a rule's, where one names another; empty for an onion service."""
    return (item.host_override or item.host) if item.kind == LocationKind.URL else ""


def where_now(item: ContentItem) -> tuple[str, int | None]:
    """Country (ISO 3166-1, empty: not known) and AS number of where an item is, by the last look-up."""
    host = Host.objects.filter(name=hosting_name(item)).first()
    return (host.country, host.asn) if host else ("", None)
