"""Parser of delivery status notifications (RFC 3464), and of older bounces. Pure; the input may be hostile."""

import email
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flufl.bounce import all_failures

from clicksafely.common.mail.address_parser import bare_address, parse_addresses, recipients_of
from clicksafely.common.mail.charsets import decode_text
from clicksafely.common.mail.headers import Headers, decode_value, read_headers
from clicksafely.common.mail.message_kind import MessageKind, classify_message
from clicksafely.common.mail.mime import MimePart, MimeWalker, normalise_line_ends
from clicksafely.common.mail.transfer_encoding import decode_transfer

MAX_FAILED = 100
MAX_IDS = 100
MAX_STATUS_LENGTH = 200_000
# Bounces in words are short, and the detectors take seconds for a megabyte of hostile input.
MAX_TEXT_LENGTH = 64 * 1024

_FIELD = re.compile(r"(?m)^([A-Za-z-]{1,40}):[ \t]*([^\n]*)")
_BLANK = re.compile(r"\n[ \t]*\n")
_STATUS = re.compile(r"[245](?:\.\d{1,3}){0,2}")
_ID = re.compile(r"<([!-;=?-~]{1,450}@[!-;=?-~]{1,450})>")
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_HEADER_TYPES = frozenset({"text/rfc822-headers", "message/global-headers"})


class ReportedRecipient(NamedTuple):
    """One recipient of a report. `addresses`: the original one first, then the final one, if valid.

    `action` is "failed", "delayed", "delivered", "relayed", "expanded" or "", `status` a code of RFC 3463 or "".
    """

    addresses: tuple[str, ...]
    action: str
    status: str

    @property
    def is_failed(self) -> bool:
        """Whether delivery has failed permanently, including a status of 4 that timed out."""
        return self.action == "failed" or (not self.action and self.status.startswith("5"))

    @property
    def is_delayed(self) -> bool:
        """Whether the mail system is still trying."""
        return self.action == "delayed" or (not self.action and self.status.startswith("4"))


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """A message was not delivered: permanently (`permanent`), or not yet.

    `recipients` were not reached. `status` is the code (RFC 3463) of the first one, "" if it has none. `known_by` are
    addresses that identify the original message. They are the recipients of the report, then the return path and reply
    address of the returned message. `message_ids`, without brackets, come from the returned message and the reply
    headers.
    """

    recipients: tuple[str, ...]
    permanent: bool
    status: str
    known_by: tuple[str, ...]
    message_ids: tuple[str, ...]


def is_delivery_report(head: bytes) -> bool:
    """Return whether header lines are those of a delivery status notification."""
    return _nature(read_headers(normalise_line_ends(head))[0]) is MessageKind.BOUNCE


def parse_report(raw: bytes) -> DeliveryReport | None:
    """Parse a message or its start; None if it is not a report, or names no failed or delayed recipient."""
    raw = normalise_line_ends(raw.lstrip(b"\r\n"))
    headers, _position = read_headers(raw)
    if _nature(headers) is not MessageKind.BOUNCE:
        return None
    statuses: list[ReportedRecipient] = []
    returned: list[Headers] = []
    for part in MimeWalker(raw):
        if part.opens and part.level == 0:
            returned.append(read_headers(part.data, part.start)[0])
        elif part.level == 0 and part.kind in _HEADER_TYPES:
            returned.append(read_headers(normalise_line_ends(_text_of(part)))[0])
        elif part.level == 0 and part.kind in _STATUS_TYPES:
            statuses += parse_status(decode_text(_text_of(part)[:MAX_STATUS_LENGTH])[0])
    failed = [each for each in statuses if each.is_failed]
    shown = failed or [each for each in statuses if each.is_delayed]
    if shown:
        recipients, permanent = _distinct(address for each in shown for address in each.addresses), bool(failed)
    else:
        recipients, permanent = recipients_in_words(headers, b"" if statuses else raw)
        if not recipients:
            return None
    return DeliveryReport(
        recipients=recipients[:MAX_FAILED],
        permanent=permanent,
        status=shown[0].status if shown else "",
        known_by=_distinct([*recipients_of(headers), *_senders(returned)]),
        message_ids=_distinct(_ids(headers, returned))[:MAX_IDS],
    )


def parse_status(text: str) -> Iterator[ReportedRecipient]:
    """Yield the recipients of a delivery status, in order; the per-message fields are returned as one without an address."""
    for block in _BLANK.split(text.replace("\r\n", "\n")):
        fields = {name.lower(): value.strip() for name, value in _FIELD.findall(block)}
        named = (fields.get(name, "").rpartition(";")[2] for name in ("original-recipient", "final-recipient"))
        status = _STATUS.match(fields.get("status", ""))
        yield ReportedRecipient(
            _distinct(map(bare_address, named)), fields.get("action", "").lower(), status[0] if status else ""
        )


def failed_recipients(text: str) -> list[str]:
    """Return the addresses of permanently failed recipients in a delivery status, the original ones first."""
    failed = (address for each in parse_status(text) if each.is_failed for address in each.addresses)
    return list(dict.fromkeys(failed))[:MAX_FAILED]


def recipients_in_words(headers: Headers, raw: bytes) -> tuple[tuple[str, ...], bool]:
    """Return the recipients in a bounce without a delivery status, and whether delivery has failed permanently.

    Exim names them in a header; flufl.bounce knows the texts of qmail, Exchange and others.
    """
    words = (word for value in headers.all("x-failed-recipients") for word in decode_value(value).split(","))
    if in_head := _distinct(map(bare_address, words)):
        return in_head[:MAX_FAILED], True
    try:
        delayed, failed = all_failures(email.message_from_bytes(raw[:MAX_TEXT_LENGTH]))
    except Exception:  # noqa: BLE001 - the library raises many kinds of exceptions for malformed messages
        return (), False
    found = _distinct(bare_address(each.decode("ascii", "replace")) for each in sorted(failed or delayed))
    return found[:MAX_FAILED], bool(failed)


def _nature(headers: Headers) -> MessageKind:
    sender = next((each.address for each in parse_addresses(headers.all("from")) if each.address), "")
    return classify_message(headers, sender)


def _text_of(part: MimePart) -> bytes:
    return decode_transfer(part.body(), part.encoding)[0]


def _senders(returned: Iterable[Headers]) -> Iterator[str]:
    for headers in returned:
        for name in ("return-path", "reply-to"):
            yield from (each.address for each in parse_addresses(headers.all(name)))


def _ids(headers: Headers, returned: Iterable[Headers]) -> Iterator[str]:
    for one in returned:
        yield from _ID.findall(one.text("message-id"))
    for name in ("in-reply-to", "references"):
        yield from _ID.findall(headers.text(name))


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value in dict.fromkeys(values) if value)
