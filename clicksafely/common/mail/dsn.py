"""What a mail system says about a message that it did not deliver (RFC 3464). Pure; the input may be hostile."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from clicksafely.common.mail.address_parser import bare_address, parse_addresses, recipients_of
from clicksafely.common.mail.charsets import decode_text
from clicksafely.common.mail.headers import Headers, decode_value, read_headers
from clicksafely.common.mail.message_kind import MessageKind, classify_message
from clicksafely.common.mail.mime import MimePart, MimeWalker, normalise_line_ends
from clicksafely.common.mail.transfer_encoding import decode_transfer

MAX_FAILED = 100
MAX_IDS = 100
LONGEST_STATUS = 200_000

_FIELD = re.compile(r"(?m)^([A-Za-z-]{1,40}):[ \t]*([^\n]*)")
_BLANK = re.compile(r"\n[ \t]*\n")
_STATUS = re.compile(r"[245](?:\.\d{1,3}){0,2}")
_ID = re.compile(r"<([!-;=?-~]{1,450}@[!-;=?-~]{1,450})>")
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_HEADER_TYPES = frozenset({"text/rfc822-headers", "message/global-headers"})


class ReportedRecipient(NamedTuple):
    """One of the recipients that a report is about. `addresses`: the original one first, then the one that it was delivered to, if they are
    addresses. `action` is "failed", "delayed", "delivered", "relayed", "expanded" or "", `status` a code of RFC 3463 or "".
    """

    addresses: tuple[str, ...]
    action: str
    status: str

    @property
    def is_failed(self) -> bool:
        """Whether the message will not reach them any more. A status of 4 that was waited for too long is that too."""
        return self.action == "failed" or (not self.action and self.status.startswith("5"))

    @property
    def is_delayed(self) -> bool:
        """Whether the mail system is still trying."""
        return self.action == "delayed" or (not self.action and self.status.startswith("4"))


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """A message was not delivered: for good (`permanent`), or not yet.

    `recipients` are those who were not reached; `status` is the code (RFC 3463) of the first one, "" where it has none. `known_by` are
    the addresses by which the message it is about can be known: those that the report came to, then return path and reply address of what it
    returns. `message_ids`, without brackets, stand in what it returns and in what it says to answer.
    """

    recipients: tuple[str, ...]
    permanent: bool
    status: str
    known_by: tuple[str, ...]
    message_ids: tuple[str, ...]


def is_delivery_report(head: bytes) -> bool:
    """Whether header lines are those of a mail system's message about one that it could not deliver."""
    return _nature(read_headers(normalise_line_ends(head))[0]) is MessageKind.BOUNCE


def parse_report(raw: bytes) -> DeliveryReport | None:
    """What the message, or the beginning of it, says; None where it is no such report, or names nobody in a way that a machine can read."""
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
            statuses += parse_status(decode_text(_text_of(part)[:LONGEST_STATUS])[0])
    failed = [each for each in statuses if each.is_failed]
    shown = failed or [each for each in statuses if each.is_delayed]
    in_head = () if shown else failed_recipients_in_headers(headers)
    if not shown and not in_head:
        return None
    return DeliveryReport(
        recipients=_distinct(address for each in shown for address in each.addresses)[:MAX_FAILED] or in_head,
        permanent=bool(failed or in_head),
        status=shown[0].status if shown else "",
        known_by=_distinct([*recipients_of(headers), *_senders(returned)]),
        message_ids=_distinct(_ids(headers, returned))[:MAX_IDS],
    )


def parse_status(text: str) -> Iterator[ReportedRecipient]:
    """The recipients of a delivery status, in their order; its fields about the message as a whole come out as one without an address."""
    for block in _BLANK.split(text.replace("\r\n", "\n")):
        fields = {name.lower(): value.strip() for name, value in _FIELD.findall(block)}
        named = (fields.get(name, "").rpartition(";")[2] for name in ("original-recipient", "final-recipient"))
        status = _STATUS.match(fields.get("status", ""))
        yield ReportedRecipient(
            _distinct(map(bare_address, named)), fields.get("action", "").lower(), status[0] if status else ""
        )


def failed_recipients(text: str) -> list[str]:
    """The addresses that a delivery status says were not reached for good, first the original ones."""
    failed = (address for each in parse_status(text) if each.is_failed for address in each.addresses)
    return list(dict.fromkeys(failed))[:MAX_FAILED]


def failed_recipients_in_headers(headers: Headers) -> tuple[str, ...]:
    """The same by the header line of mail systems that send no status."""
    words = (word for value in headers.all("x-failed-recipients") for word in decode_value(value).split(","))
    return _distinct(map(bare_address, words))[:MAX_FAILED]


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
