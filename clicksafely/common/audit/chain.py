"""The chain over the audit trail: each link is an HMAC over its event and the link before, under a key the database does not hold."""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Count, Min

from clicksafely.common.models import AuditEvent, AuditLink

logger = logging.getLogger(__name__)

BATCH = 1000
GENESIS = bytes(32)
_LOCK = 0x61756469  # "audi": PostgreSQL knows advisory locks by number

_COLUMNS = "e.id, e.at, e.action, e.actor_id, e.subject_table, e.subject_id, e.data, e.txid"
_UNLINKED = "NOT EXISTS (SELECT FROM common_auditlink l WHERE l.event_id = e.id)"

# Below the xmin of a snapshot every transaction has ended: no event can still appear behind the cursor (txid, id).
_NEXT = f"""
SELECT {_COLUMNS} FROM common_auditevent e
WHERE (e.txid, e.id) > (%s, %s) AND e.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND {_UNLINKED}
ORDER BY e.txid, e.id LIMIT {BATCH}
"""  # noqa: S608 - constants

# Transaction numbers start anew in a restored database: numbers from the future came along with the backup and are as final.
_ALL = f"""
SELECT {_COLUMNS} FROM common_auditevent e
WHERE (e.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    OR e.txid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint) AND {_UNLINKED}
ORDER BY e.txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint, e.txid, e.id LIMIT {BATCH}
"""  # noqa: S608 - constants

_LAST = """
SELECT l.seq, l.mac, e.txid, e.id, coalesce(e.txid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint, true)
FROM common_auditlink l LEFT JOIN common_auditevent e ON e.id = l.event_id ORDER BY l.seq DESC LIMIT 1
"""

_WALK = f"""
SELECT l.seq, l.mac, l.event_id, {_COLUMNS} FROM common_auditlink l LEFT JOIN common_auditevent e ON e.id = l.event_id
WHERE l.seq > %s ORDER BY l.seq LIMIT {BATCH}
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class ChainHead:
    """The last link: its number and its mac, written `link7:hex`. An empty chain has the head 0 and 32 zero bytes."""

    seq: int
    mac: bytes

    def __str__(self) -> str:
        # The word in front: the log would take a long number for a telephone.
        return f"link{self.seq}:{self.mac.hex()}"

    @classmethod
    def parse(cls, text: str) -> "ChainHead":
        """Read what `str` wrote; raises ValueError."""
        seq, _colon, mac = text.removeprefix("link").partition(":")
        head = cls(int(seq), bytes.fromhex(mac))
        if len(head.mac) != len(GENESIS):
            raise ValueError("not a head of the chain")
        return head


@dataclass(frozen=True)
class ChainVerification:
    """`broken` names the first break ("" where there is none); `unlinked` counts events without a link, the oldest at `oldest`."""

    head: ChainHead
    broken: str
    unlinked: int
    oldest: datetime | None


def link_events(*, everything: bool = False) -> int:
    """Link what is committed and has no link yet; returns how many. One process at a time: while another links, 0.

    Raises ImproperlyConfigured where there is something to link and no AUDIT_KEY.

    `everything` also finds what a restored backup brought along, at the price of reading all events.
    """
    linked = 0
    while (batch := _link_batch(everything=everything)) == BATCH:
        linked += batch
    return linked + batch


def count_unlinked() -> tuple[int, datetime | None]:
    """How many events have no link yet, and the time of the oldest; of those near the end of the chain, which is cheap."""
    last = AuditLink.objects.order_by("-seq").values_list("event_id", flat=True).first() or 0
    unlinked = AuditEvent.objects.filter(pk__gt=last - BATCH, link__isnull=True)
    figures = unlinked.aggregate(count=Count("pk"), oldest=Min("at"))
    return figures["count"], figures["oldest"]


def verify_last_link() -> bool:
    """Whether the last link is made of its event and of the link before it; an empty chain holds. Raises ImproperlyConfigured without AUDIT_KEY."""
    last = AuditLink.objects.order_by("-seq").first()
    if last is None:
        return True
    before = AuditLink.objects.filter(seq=last.seq - 1).first()
    if before is None and last.seq > 1:
        return False
    (seq, mac, _event_id, *row), *_later = islice(_walk(last.seq - 1), 1)
    return hmac.compare_digest(bytes(mac), _mac(bytes(before.mac) if before else GENESIS, seq, row))


def current_head() -> ChainHead:
    """The last link."""
    last = AuditLink.objects.order_by("-seq").first()
    return ChainHead(last.seq, bytes(last.mac)) if last else ChainHead(0, GENESIS)


def log_head() -> None:
    """Link everything and put the head in the log, which the database cannot rewrite: `verify_audit --head` compares."""
    link_events(everything=True)
    logger.info("audit head", extra={"event": "audit.head", "head": str(current_head())})


def verify_chain(
    expected: ChainHead | None = None, *, progress: Callable[[int], None] = lambda seq: None
) -> ChainVerification:
    """Walk the whole chain, a page in memory, and compare every link.

    `expected` is a head that was noted earlier and must still be in it; `progress` is told the last link of every page.
    """
    found, broken, met = ChainHead(0, GENESIS), "", expected is None or expected == ChainHead(0, GENESIS)
    for seq, mac, event_id, *row in _walk(0):
        if seq != found.seq + 1:
            broken = f"link {found.seq + 1} is missing: the chain goes on at {seq}"
        elif row[0] is None:
            broken = f"event {event_id} of link {seq} is missing"
        elif not hmac.compare_digest(bytes(mac), _mac(found.mac, seq, row)):
            broken = _what_was_changed(found)
        if broken:
            break
        found = ChainHead(seq, bytes(mac))
        met = met or found == expected
        if seq % BATCH == 0:
            progress(seq)
    if not broken and not met:
        broken = f"the head {expected} that was noted earlier is not in the chain, which ends at link {found.seq}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), min(e.at) FROM common_auditevent e WHERE {_UNLINKED}")  # noqa: S608 - a constant
        unlinked, oldest = cursor.fetchone()
    return ChainVerification(found, broken, unlinked, oldest)


def _link_batch(*, everything: bool) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_LAST)
        seq, mac, txid, event_id, restored = cursor.fetchone() or (0, GENESIS, 0, 0, False)
        if everything:
            cursor.execute(_ALL)
        else:
            cursor.execute(_NEXT, [0, 0] if restored else [txid, event_id])
        links = []
        for row in map(_decoded, cursor.fetchall()):
            seq += 1
            mac = _mac(bytes(mac), seq, row)
            links.append(AuditLink(event_id=row[0], seq=seq, mac=mac))
        AuditLink.objects.bulk_create(links)
        return len(links)


def _what_was_changed(sound: ChainHead) -> str:
    """Say of the first link after `sound`, which does not hold, what the links behind it tell about the change."""
    (seq, mac, event_id, *row), *later = islice(_walk(sound.seq), BATCH)
    for _other_seq, other_mac, other_id, *other in later:
        if _mac(sound.mac, seq, other) in (bytes(mac), bytes(other_mac)):
            return f"the order was changed: link {seq} is of event {other_id}, but event {event_id} stands there"
    if later and _mac(bytes(mac), seq + 1, later[0][3:]) == bytes(later[0][1]):
        return f"event {event_id} of link {seq} was changed"
    if later and _mac(_mac(sound.mac, seq, row), seq + 1, later[0][3:]) == bytes(later[0][1]):
        return f"the mac of link {seq} was changed, its event {event_id} was not"
    key = "" if sound.seq else ", or AUDIT_KEY is not the one that the chain was made with"
    return f"event {event_id} or its link {seq} was changed{key}"


def _walk(seq: int) -> Iterator[list[Any]]:
    """What is linked after link `seq`: its number, mac and event id, and the event's columns, None where it is missing."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_WALK, [seq])
            page = cursor.fetchall()
            for number, mac, event_id, *row in page:
                yield [number, mac, event_id, *_decoded(row)]
            if len(page) < BATCH:
                return
            seq = page[-1][0]


def _decoded(row: Any) -> list[Any]:
    *columns, data, txid = row
    return [*columns, json.loads(data) if isinstance(data, str) else data, txid]


def _mac(before: bytes, seq: int, row: list[Any]) -> bytes:
    event_id, at, *rest = row
    event = json.dumps([event_id, at and at.astimezone(UTC).isoformat(), *rest], sort_keys=True, separators=(",", ":"))
    return hmac.digest(_key(), before + seq.to_bytes(8) + event.encode(), hashlib.sha256)


def _key() -> bytes:
    key: str = settings.AUDIT_KEY
    if not key:
        raise ImproperlyConfigured(
            "AUDIT_KEY is missing: without it nothing can be linked to the audit chain or verified."
        )
    return key.encode()
