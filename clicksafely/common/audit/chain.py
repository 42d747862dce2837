"""Hash chain of the audit trail: each link is an HMAC of its event and the previous link. The key is not in the database."""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Min

from clicksafely.common.crypto.part_secrets import current_secret
from clicksafely.common.models import AuditEvent, AuditLink, ChainFaultKind

logger = logging.getLogger(__name__)

BATCH = 1000
GENESIS = bytes(32)
_LOCK = 0x61756469  # "audi": PostgreSQL identifies advisory locks by number
_COVERED = 7  # columns of an event, without the transaction number

_COLUMNS = "e.id, e.at, e.action, e.actor_id, e.subject_table, e.subject_id, e.data"
_LINK = f"l.seq, l.mac, l.mac_without_txid, l.event_id, {_COLUMNS}, e.txid"
_UNLINKED = "NOT EXISTS (SELECT FROM common_auditlink l WHERE l.event_id = e.id)"
_OLDEST = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"

# Every transaction below the xmin of a snapshot has ended: no further event can appear below it.
_NEXT = f"""
SELECT {_COLUMNS} FROM common_auditevent e WHERE e.txid < {_OLDEST} AND {_UNLINKED} ORDER BY e.txid, e.id LIMIT {BATCH}
"""  # noqa: S608 - constants

# Transaction numbers restart in a restored database: higher numbers come from the backup and are final too. Only an event whose link was
# removed has neither number nor link.
_ALL = f"""
SELECT {_COLUMNS} FROM common_auditevent e
WHERE (e.txid < {_OLDEST} OR e.txid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint OR e.txid IS NULL) AND {_UNLINKED}
ORDER BY e.txid < {_OLDEST} NULLS FIRST, e.txid, e.id LIMIT {BATCH}
"""  # noqa: S608 - constants

_ERASE = "UPDATE common_auditevent SET txid = NULL WHERE id = ANY(%s) AND txid IS NOT NULL"

_WALK = f"""
SELECT {_LINK} FROM common_auditlink l LEFT JOIN common_auditevent e ON e.id = l.event_id
WHERE l.seq > %s ORDER BY l.seq LIMIT {BATCH}
"""  # noqa: S608 - constants

_LINKS_OF = f"SELECT {_LINK} FROM common_auditlink l JOIN common_auditevent e ON e.id = l.event_id WHERE e.id = ANY(%s)"  # noqa: S608 - constants

_NUMBERED = f"""
SELECT {_LINK} FROM common_auditlink l JOIN common_auditevent e ON e.id = l.event_id
WHERE e.txid IS NOT NULL ORDER BY e.txid, e.id LIMIT {BATCH}
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class ChainHead:
    """The last link: its number and MAC, written `link7:hex`. The head of an empty chain is 0 and 32 zero bytes."""

    seq: int
    mac: bytes

    def __str__(self) -> str:
        # The prefix prevents the log filter from treating a long number as a telephone number.
        return f"link{self.seq}:{self.mac.hex()}"

    @classmethod
    def parse(cls, text: str) -> "ChainHead":
        """Read the output of `str`; raises ValueError."""
        seq, _colon, mac = text.removeprefix("link").partition(":")
        head = cls(int(seq), bytes.fromhex(mac))
        if len(head.mac) != len(GENESIS):
            raise ValueError("not a head of the chain")
        return head


@dataclass(frozen=True)
class StoredLink:
    """A row of the chain. `event` holds the columns of its event that `mac` covers, all None if the event is missing.

    Version 1.0.0 covered the transaction number too: such an event has it as an eighth column until it is erased. From then on
    `mac_without_txid` is compared, which covers `mac` and the other columns.
    """

    seq: int
    mac: bytes
    mac_without_txid: bytes | None
    event_id: int
    event: list[Any]

    def is_valid_after(self, before: bytes) -> bool:
        """Return whether the link matches its event and the MAC of the previous link."""
        if hmac.compare_digest(self.mac, _mac(before, self.seq, self.event)):
            return True
        if self.mac_without_txid is None or len(self.event) > _COVERED:
            return False
        return hmac.compare_digest(self.mac_without_txid, _mac_without_txid(before, self))


@dataclass(frozen=True)
class ChainFault:
    """The first error of the chain, at `link`, with the event if it is known. `text` describes it in English."""

    kind: ChainFaultKind
    link: int
    event: int | None
    text: str


@dataclass(frozen=True)
class ChainPart:
    """A verified part of the chain: its last valid link, the error after it, and whether the chain ends there.

    `met_expected`: whether the part contains the expected head.
    """

    head: ChainHead
    fault: ChainFault | None
    is_end: bool
    met_expected: bool


@dataclass(frozen=True)
class ChainVerification:
    """`fault` is the first error; `unlinked` counts events without a link, the oldest at `oldest`."""

    head: ChainHead
    fault: ChainFault | None
    unlinked: int
    oldest: datetime | None

    @property
    def broken(self) -> str:
        """The first error in English, or ""."""
        return self.fault.text if self.fault else ""


def link_events(*, everything: bool = False) -> int:
    """Link committed events without a link and erase their transaction numbers; return how many.

    One process at a time: returns 0 while another one links.

    Raises ImproperlyConfigured if there are events to link and no AUDIT_KEY.

    `everything` reads all events and also finds those of a restored backup.
    """
    linked = 0
    while (batch := _link_batch(everything=everything)) == BATCH:
        linked += batch
    return linked + batch


def erase_old_numbers() -> int:
    """Erase the transaction numbers of up to `BATCH` events that version 1.0.0 linked; return how many.

    A link that is not valid keeps the number, as evidence. Raises ImproperlyConfigured without AUDIT_KEY.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not _lock(cursor):
            return 0
        cursor.execute(_NUMBERED)
        links = [_stored(row) for row in cursor.fetchall()]
        macs = dict(AuditLink.objects.filter(seq__in=[link.seq - 1 for link in links]).values_list("seq", "mac"))
        valid = []
        for link in links:
            before = bytes(macs.get(link.seq - 1, GENESIS if link.seq == 1 else b""))
            if link.is_valid_after(before):
                valid.append(AuditLink(event_id=link.event_id, mac_without_txid=_mac_without_txid(before, link)))
        AuditLink.objects.bulk_update(valid, ["mac_without_txid"])
        cursor.execute(_ERASE, [[link.event_id for link in valid]])
        return len(valid)


def count_unlinked() -> tuple[int, datetime | None]:
    """Return the number of events without a link near the end of the chain, and the time of the oldest. A cheap query."""
    last = AuditLink.objects.order_by("-seq").values_list("event_id", flat=True).first() or 0
    unlinked = AuditEvent.objects.filter(pk__gt=last - BATCH, link__isnull=True)
    figures = unlinked.aggregate(count=Count("pk"), oldest=Min("at"))
    return figures["count"], figures["oldest"]


def verify_last_link() -> bool:
    """Return whether the last link matches its event and the previous link; true for an empty chain.

    Raises ImproperlyConfigured without AUDIT_KEY.
    """
    last = AuditLink.objects.order_by("-seq").first()
    if last is None:
        return True
    before = AuditLink.objects.filter(seq=last.seq - 1).first()
    if before is None and last.seq > 1:
        return False
    (link,) = islice(_walk(last.seq - 1), 1)
    return link.is_valid_after(bytes(before.mac) if before else GENESIS)


def current_head() -> ChainHead:
    """Return the last link."""
    last = AuditLink.objects.order_by("-seq").first()
    return ChainHead(last.seq, bytes(last.mac)) if last else ChainHead(0, GENESIS)


def log_head() -> None:
    """Link everything and log the head, which database access cannot change; `verify_audit --head` compares it."""
    link_events(everything=True)
    logger.info("audit head", extra={"event": "audit.head", "head": str(current_head())})


def verify_chain(
    expected: ChainHead | None = None, *, progress: Callable[[int], None] = lambda seq: None
) -> ChainVerification:
    """Verify every link of the chain, with one page of events in memory.

    `expected` is an earlier head that must still be in the chain; `progress` receives the last link of every page.
    """
    found, met_expected = ChainHead(0, GENESIS), expected is None or expected.seq == 0
    while True:
        part = verify_links(found, links=BATCH, expected=expected)
        found, met_expected = part.head, met_expected or part.met_expected
        if part.fault or part.is_end:
            break
        progress(found.seq)
    fault = part.fault or (None if met_expected or expected is None else missing_head(expected, found))
    unlinked, oldest = count_all_unlinked()
    return ChainVerification(found, fault, unlinked, oldest)


def verify_links(after: ChainHead, *, links: int, expected: ChainHead | None = None) -> ChainPart:
    """Verify up to `links` links after the valid link `after`, with one page of events in memory."""
    found, fault, met_expected, read = after, None, expected == after, 0
    for link in islice(_walk(after.seq), links):
        if link.seq != found.seq + 1:
            text = f"link {found.seq + 1} is missing: the next one is {link.seq}"
            fault = ChainFault(ChainFaultKind.NO_LINK, found.seq + 1, None, text)
        elif link.event[0] is None:
            text = f"event {link.event_id} of link {link.seq} is missing"
            fault = ChainFault(ChainFaultKind.NO_EVENT, link.seq, link.event_id, text)
        elif not link.is_valid_after(found.mac):
            fault = _what_was_changed(found)
        if fault:
            break
        found, read = ChainHead(link.seq, link.mac), read + 1
        met_expected = met_expected or found == expected
    return ChainPart(found, fault, is_end=read < links, met_expected=met_expected)


def missing_head(expected: ChainHead, found: ChainHead) -> ChainFault:
    """Return the fault of a valid chain, ending at `found`, that does not contain an earlier head."""
    text = f"the expected head {expected} is not in the chain, which ends at link {found.seq}"
    return ChainFault(ChainFaultKind.NO_HEAD, expected.seq, None, text)


def count_all_unlinked() -> tuple[int, datetime | None]:
    """Return the number of all events without a link, and the time of the oldest. Reads the whole trail."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), min(e.at) FROM common_auditevent e WHERE {_UNLINKED}")  # noqa: S608 - a constant
        count, oldest = cursor.fetchone()
    return count, oldest


def read_links(events: Sequence[int]) -> dict[int, StoredLink]:
    """Return the link of each event, by ID; events without a link are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_LINKS_OF, [list(events)])
        return {link.event_id: link for link in map(_stored, cursor.fetchall())}


def mac_of_link(seq: int) -> bytes | None:
    """Return the MAC of a link, or None."""
    mac = AuditLink.objects.filter(seq=seq).values_list("mac", flat=True).first()
    return None if mac is None else bytes(mac)


def is_valid_link(link: StoredLink) -> bool:
    """Return whether a link matches its event and the stored previous link."""
    before = mac_of_link(link.seq - 1) if link.seq > 1 else GENESIS
    return before is not None and link.is_valid_after(before)


def seal_progress(run: int, head: ChainHead, *, met_expected: bool) -> bytes:
    """Return a MAC of the state of an unfinished verification.

    With it, a change of the database cannot make the verification skip a part of the chain.
    """
    return hmac.digest(
        current_secret("AUDIT_KEY"), f"verification {run} {head} {met_expected}".encode(), hashlib.sha256
    )


def _link_batch(*, everything: bool) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        if not _lock(cursor):
            return 0
        head = current_head()
        seq, mac = head.seq, head.mac
        cursor.execute(_ALL if everything else _NEXT)
        links = []
        for event in map(_decoded, cursor.fetchall()):
            seq += 1
            mac = _mac(mac, seq, event)
            links.append(AuditLink(event_id=event[0], seq=seq, mac=mac))
        AuditLink.objects.bulk_create(links)
        cursor.execute(_ERASE, [[link.event_id for link in links]])
        return len(links)


def _lock(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
    return bool(cursor.fetchone()[0])


def _what_was_changed(sound: ChainHead) -> ChainFault:
    """Describe the change of the first invalid link after `sound`, using the links after it."""
    broken, *later = islice(_walk(sound.seq), BATCH)
    seq, event_id = broken.seq, broken.event_id
    for other in later:
        moved = replace(broken, event=other.event), replace(other, seq=seq)
        if any(link.is_valid_after(sound.mac) for link in moved):
            text = (
                f"the order was changed: link {seq} belongs to event {other.event_id}, but refers to event {event_id}"
            )
            return ChainFault(ChainFaultKind.ORDER, seq, event_id, text)
    # The first MAC of a link with a second one cannot be computed again.
    if later and broken.mac_without_txid is None:
        if later[0].is_valid_after(broken.mac):
            return ChainFault(ChainFaultKind.EVENT, seq, event_id, f"event {event_id} of link {seq} was changed")
        if later[0].is_valid_after(_mac(sound.mac, seq, broken.event)):
            text = f"the MAC of link {seq} was changed, its event {event_id} was not"
            return ChainFault(ChainFaultKind.LINK, seq, event_id, text)
    key = "" if sound.seq else ", or AUDIT_KEY is not the key of the chain"
    return ChainFault(ChainFaultKind.EITHER, seq, event_id, f"event {event_id} or its link {seq} was changed{key}")


def _walk(seq: int) -> Iterator[StoredLink]:
    """Yield the links after `seq`."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_WALK, [seq])
            page = cursor.fetchall()
            yield from map(_stored, page)
            if len(page) < BATCH:
                return
            seq = page[-1][0]


def _stored(row: Sequence[Any]) -> StoredLink:
    seq, mac, without, event_id, *columns, txid = row
    event = _decoded(columns) if txid is None else [*_decoded(columns), txid]
    return StoredLink(seq, bytes(mac), None if without is None else bytes(without), event_id, event)


def _decoded(row: Sequence[Any]) -> list[Any]:
    *columns, data = row
    return [*columns, json.loads(data) if isinstance(data, str) else data]


def _mac(before: bytes, seq: int, event: list[Any]) -> bytes:
    event_id, at, *rest = event
    covered = json.dumps(
        [event_id, at and at.astimezone(UTC).isoformat(), *rest], sort_keys=True, separators=(",", ":")
    )
    return hmac.digest(current_secret("AUDIT_KEY"), before + seq.to_bytes(8) + covered.encode(), hashlib.sha256)


def _mac_without_txid(before: bytes, link: StoredLink) -> bytes:
    return _mac(b"without txid" + before + link.mac, link.seq, link.event[:_COVERED])
