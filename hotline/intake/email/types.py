"""What one e-mail message says, as far as it could be read."""

from dataclasses import dataclass

from clicksafely.common.mail.message_kind import MessageKind
from hotline.triage.hash_lists.digests import FileDigest
from hotline.triage.url_normalisation import Extraction

# The note of a message whose From names more than one.
SEVERAL_FROM = "several_from"


@dataclass(frozen=True, kw_only=True)
class ParsedMail:
    """One message. All texts are free of control characters and lone surrogates, and bounded.

    `message_id` is without <>, "" where there is none or nonsense. `identity` (32 bytes) says "the same message": SHA-256 of the
    Message-ID, where there is none of what does not change between deliveries. Addresses are bare, their domains in lower case, "" where
    there is none. Of every `nature` but a bounce a report is made. `recipients` are those of To, Cc, Delivered-To, X-Original-To and
    Envelope-To. `failed_tag_recipients` are the addresses that a bounce says could not be reached (RFC 3464). `headers` are names and values
    as a person reads them, in their order; `authentication_results` the values as they came, topmost first. `files` and `file_names` are in
    the same order; files that came beyond the limit are only counted, in `parts_left_out`. `language` is a code of LANGUAGES. `notes` are
    codes of what was odd.
    """

    message_id: str
    identity: bytes
    subject: str
    text: str
    sender: str
    sender_name: str
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
    parts_left_out: int = 0


class UnreadableMessage(Exception):
    """A message of which no report can be made: the code why, and what is known of it all the same."""

    def __init__(
        self,
        reason: str,
        *,
        identity: bytes,
        headers: tuple[tuple[str, str], ...] = (),
        files: tuple[FileDigest, ...] = (),
        file_names: tuple[str, ...] = (),
        text: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.identity = identity
        self.headers = headers
        self.files = files
        self.file_names = file_names
        self.text = text
