"""The parts of a case that a person has opened by the audit trail, and those still to be opened."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.models import AuditEvent
from hotline.models import (
    ContentItem,
    Direction,
    FileHash,
    LocationKind,
    Message,
    Report,
    ReportItem,
    SealedText,
    TextField,
    Upload,
    UploadState,
)
from hotline.review import selectors
from hotline.review.exceptions import ContentNotOpened, NotClaimHolder, NothingToOpen

# Repeated requests within this interval are logged as one access.
OPEN_LOG_INTERVAL = timedelta(minutes=10)


class UnopenedReason(TextChoices):
    """Reason for which a part of a case could not be opened before a decision. It excuses only the parts that it names."""

    TEXT_UNREADABLE = "text_unreadable", pgettext_lazy("not opened", "the text cannot be decrypted")
    PICTURE_WAITING = "picture_waiting", pgettext_lazy("not opened", "a picture is still being checked")
    PICTURE_UNREADABLE = "picture_unreadable", pgettext_lazy("not opened", "a picture cannot be shown")


class UnopenedPicture(NamedTuple):
    """A picture, its number among the pictures of the case (from 1), and whether it is still being checked."""

    upload_id: int
    number: int
    is_pending: bool


class UnopenedAddress(NamedTuple):
    """The location of an item, and the number of the item in the case, from 1."""

    item_id: int
    number: int


@dataclass(frozen=True)
class Unopened:
    """The parts of a case that a person has not opened. False if the person has opened everything.

    Pictures that are locked or unreadable are left out: they are shown to no person.
    """

    text: bool = False
    dialogue: bool = False
    pictures: tuple[UnopenedPicture, ...] = ()
    addresses: tuple[UnopenedAddress, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.dialogue or self.pictures or self.addresses)

    def for_item(self, item: ContentItem) -> "Unopened":
        """Return what a decision about `item` needs: everything but the addresses of other items."""
        own = tuple(each for each in self.addresses if each.item_id == item.pk)
        return Unopened(self.text, self.dialogue, self.pictures, own)

    def without(self, reasons: Collection[str]) -> "Unopened":
        """Return the parts that none of `reasons` excuses. An address can always be opened."""
        can_read = UnopenedReason.TEXT_UNREADABLE not in reasons
        if UnopenedReason.PICTURE_UNREADABLE in reasons:
            pictures: tuple[UnopenedPicture, ...] = ()
        elif UnopenedReason.PICTURE_WAITING in reasons:
            pictures = tuple(each for each in self.pictures if not each.is_pending)
        else:
            pictures = self.pictures
        return Unopened(self.text and can_read, self.dialogue and can_read, pictures, self.addresses)

    @property
    def labels(self) -> list[tuple[str, str]]:
        """The parts in words, each with the id of its element on the case page."""
        found = [(_("the report text"), "words-box")] if self.text else []
        found += [(_("the dialogue"), "thread-box")] if self.dialogue else []
        found += [(_("picture %(n)s") % {"n": each.number}, f"picture-box-{each.upload_id}") for each in self.pictures]
        found += [(_("the address of content %(n)s") % {"n": each.number}, "content-box") for each in self.addresses]
        return found

    def check(self) -> None:
        """Raise ContentNotOpened unless everything is opened."""
        if self:
            raise ContentNotOpened([label for label, _anchor in self.labels])

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The reasons that can excuse one of the parts: (value, label)."""
        fitting = {
            UnopenedReason.TEXT_UNREADABLE: self.text or self.dialogue,
            UnopenedReason.PICTURE_WAITING: any(each.is_pending for each in self.pictures),
            UnopenedReason.PICTURE_UNREADABLE: bool(self.pictures),
        }
        return [(reason.value, str(reason.label)) for reason, fits in fitting.items() if fits]


def unopened_by(report: Report, actor: User) -> Unopened:
    """Return the parts of `report` that `actor` has not opened."""
    return unopened_in([report.pk], actor)[report.pk]


def unopened_in(report_ids: Iterable[int], actor: User) -> dict[int, Unopened]:
    """Return {report id: its parts that `actor` has not opened}, with five queries for any number of reports."""
    ids = list(report_ids)
    opened_parts = _opened_parts(ids, actor)
    texts = SealedText.objects.filter(report__in=ids).exclude(field=TextField.CONTACT)
    with_text = set(texts.values_list("report_id", flat=True))
    messages, pictures, addresses = _messages(ids), _pictures(ids), _addresses(ids)
    return {
        pk: Unopened(
            text=pk in with_text and not opened_parts[pk]["words.opened"],
            dialogue=messages[pk] > max(opened_parts[pk]["thread.opened"], default=0),
            pictures=tuple(each for each in pictures[pk] if each.upload_id not in opened_parts[pk]["upload.revealed"]),
            addresses=tuple(each for each in addresses[pk] if each.item_id not in opened_parts[pk]["address.opened"]),
        )
        for pk in ids
    }


def open_address(*, report: Report, item: ContentItem, actor: User, now: datetime) -> None:
    """Log that `actor` opened the address of `item` in `report`, once per `OPEN_LOG_INTERVAL`.

    Addresses are stored in clear and need no claim. Raises NotClaimHolder if a colleague holds the case, and NothingToOpen
    if the item is described in words only.
    """
    if selectors.is_claimed(report, now) and report.claimed_by_id != actor.pk:
        raise NotClaimHolder
    if item.kind == LocationKind.DESCRIBED:
        raise NothingToOpen
    open_addresses(report=report, items=[item], actor=actor, now=now)


def open_addresses(*, report: Report, items: Iterable[ContentItem], actor: User, now: datetime) -> None:
    """Log that `actor` opened the addresses of `items`, each once per `OPEN_LOG_INTERVAL`."""
    recent = AuditEvent.objects.filter(
        subject_table=Report._meta.db_table,
        subject_id=report.pk,
        action="address.opened",
        actor_id=actor.pk,
        at__gt=now - OPEN_LOG_INTERVAL,
    )
    logged_items = {data.get("item") for data in recent.values_list("data", flat=True)}
    entries = [
        audit_log.AuditEntry("address.opened", report, {"item": item.pk})
        for item in items
        if item.kind != LocationKind.DESCRIBED and item.pk not in logged_items
    ]
    with transaction.atomic():
        audit_log.record_many(entries, actor=actor, now=now)


def open_address_of_item(*, item: ContentItem, actor: User, now: datetime) -> None:
    """Log that `actor` opened the address of `item` on its own page, outside any case. Raises NothingToOpen."""
    if item.kind == LocationKind.DESCRIBED:
        raise NothingToOpen
    audit_log.record(action="address.opened", subject=item, actor=actor, now=now, data={"item": item.pk})


# The key of the audit data that names the opened part. Without one the action covers the whole.
_PART = {"words.opened": "", "thread.opened": "messages", "upload.revealed": "upload", "address.opened": "item"}


def _opened_parts(ids: list[int], actor: User) -> dict[int, dict[str, set[int]]]:
    """Return {report id: {audit action: opened parts}}; a part without an id is 1."""
    events = AuditEvent.objects.filter(
        subject_table=Report._meta.db_table, subject_id__in=ids, actor_id=actor.pk, action__in=_PART
    )
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for subject_id, action, data in events.values_list("subject_id", "action", "data"):
        if subject_id is not None:
            found[subject_id][action].add(data.get(_PART[action], 1))
    return found


def _messages(ids: list[int]) -> dict[int, int]:
    """Return {report id: number of messages up to the last one of the reporter}."""
    counted: dict[int, int] = defaultdict(int)
    until: dict[int, int] = defaultdict(int)
    messages = Message.objects.filter(report__in=ids).order_by("pk")
    for report_id, direction in messages.values_list("report_id", "direction"):
        counted[report_id] += 1
        if direction == Direction.REPORTER:
            until[report_id] = counted[report_id]
    return until


def _pictures(ids: list[int]) -> dict[int, list[UnopenedPicture]]:
    is_unmatched = Exists(FileHash.objects.filter(upload=OuterRef("pk"), matched_at=None))
    uploads = Upload.objects.filter(report__in=ids).order_by("pk").annotate(is_unmatched=is_unmatched)
    numbers: dict[int | None, int] = defaultdict(int)
    found: dict[int, list[UnopenedPicture]] = defaultdict(list)
    for upload in uploads:
        numbers[upload.report_id] += 1
        if upload.report_id is None or upload.locked_at is not None or upload.state == UploadState.UNREADABLE:
            continue
        is_pending = upload.state == UploadState.WAITING or upload.is_unmatched
        found[upload.report_id].append(UnopenedPicture(upload.pk, numbers[upload.report_id], is_pending))
    return found


def _addresses(ids: list[int]) -> dict[int, list[UnopenedAddress]]:
    """Return the locations in the order of the case."""
    named = ReportItem.objects.filter(report__in=ids).order_by("report", "position")
    numbers: dict[int, int] = defaultdict(int)
    found: dict[int, list[UnopenedAddress]] = defaultdict(list)
    for report_id, item_id, kind in named.values_list("report_id", "item_id", "item__kind"):
        numbers[report_id] += 1
        if kind != LocationKind.DESCRIBED:
            found[report_id].append(UnopenedAddress(item_id, numbers[report_id]))
    return found
