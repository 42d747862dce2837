"""Data types of a parsed e-mail message."""

from dataclasses import dataclass

from clicksafely.common.mail.message_kind import MessageKind
from hotline.intake.email.parser import Undecoded
from hotline.triage.hash_lists.digests import FileDigest
from hotline.triage.url_normalisation import Extraction


@dataclass(frozen=True, kw_only=True)
class ParsedMail:
    """One parsed message. All texts are bounded and free of control characters and lone surrogates.

    `message_id` has no <> and is "" if missing or invalid. `identity` is 32 bytes: SHA-256 of the
    parts that all deliveries share.

    Addresses are bare, with the domain in lower case, or "". `recipients` are those of To, Cc, Delivered-To,
    X-Original-To and Envelope-To. `failed_tag_recipients` are the unreachable addresses of a bounce (RFC 3464).
    Messages of every `nature` but BOUNCE can become reports.

    `headers` are decoded names and values in their order. `authentication_results` are raw values, topmost first.
    `files` and `file_names` are in the same order. `parts_left_out` counts the files beyond the limit. `language` is a
    code of LANGUAGES, `notes` are codes of irregularities. `undecoded` are texts whose letters may be wrong, as received.
    """

    message_id: str
    identity: bytes
    subject: str
    text: str
    sender: str
    reply_to: str
    recipients: tuple[str, ...]
    nature: MessageKind
    failed_tag_recipients: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    authentication_results: tuple[str, ...]
    files: tuple[FileDigest, ...]
    file_names: tuple[str, ...]
    extraction: Extraction
    language: str
    notes: tuple[str, ...]
    undecoded: tuple[Undecoded, ...] = ()
    parts_left_out: int = 0


class UnreadableMessage(Exception):
    """A message that cannot become a report: the reason code and the readable parts."""

    def __init__(
        self,
        reason: str,
        *,
        identity: bytes,
        headers: tuple[tuple[str, str], ...] = (),
        files: tuple[FileDigest, ...] = (),
        file_names: tuple[str, ...] = (),
        text: str = "",
        undecoded: tuple[Undecoded, ...] = (),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.identity = identity
        self.headers = headers
        self.files = files
        self.file_names = file_names
        self.text = text
        self.undecoded = undecoded
