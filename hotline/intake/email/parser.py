"""Parser of e-mail messages: texts, files, addresses and header lines. Without Django: it runs in the sandbox (`sandbox.py`)."""

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from clicksafely.common.files.image_headers import HeaderDamaged, TooComplex, read_header
from clicksafely.common.invisible_characters import strip_invisible
from clicksafely.common.mail.address_parser import NamedAddress, parse_addresses, recipients_of
from clicksafely.common.mail.charsets import decode_text
from clicksafely.common.mail.dsn import MAX_STATUS_LENGTH, failed_recipients, recipients_in_words
from clicksafely.common.mail.headers import Headers, decode_value, one_line, read_headers, split_parameters
from clicksafely.common.mail.language_detection import guess_language
from clicksafely.common.mail.message_kind import MessageKind, classify_message
from clicksafely.common.mail.mime import MimePart, MimeWalker, normalise_line_ends
from clicksafely.common.mail.transfer_encoding import decode_transfer, extract_base64, extract_uuencoded
from hotline.intake.email.html import read_html
from hotline.intake.email.mime_sniff import is_text, media_type, sniff_type
from hotline.intake.email.rtf import MAX_LENGTH as MAX_RTF_LENGTH
from hotline.intake.email.rtf import decompress, read_rtf
from hotline.intake.email.tnef import SIGNATURE, read_tnef

# The note on messages with several From addresses.
SEVERAL_FROM = "several_from"
MAX_TEXT_LENGTH = 200_000
# For all texts together, in bytes. Markup is long.
ROOM = 4_000_000
_MAX_TEXTS = 2_000
# Of texts as received, in bytes.
MAX_UNDECODED_LENGTH = 200_000
MAX_CHARSET_LENGTH = 40

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_FOLD = re.compile(r"\n[ \t]")
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_WORD = re.compile(r"\w+")
_PGP = "-----BEGIN PGP MESSAGE-----"
_SHOWN_HEADERS = ("From", "Reply-To", "To", "Cc", "Date", "Subject")


class Branch(NamedTuple):
    """One branch of multipart/alternative, if any. The branches repeat the same content in different formats."""

    alternative: tuple[int, int]
    number: int


@dataclass(frozen=True)
class _TextPart:
    """`words` is `text` without link targets."""

    text: str
    words: str
    branch: Branch | None = None


class FileFound(NamedTuple):
    """A file of a message; the digests in hex."""

    name: str
    media_type: str
    size: int
    md5: str
    sha1: str
    sha256: str


class Undecoded(NamedTuple):
    """A text whose letters may be wrong, as received: base64, and the charset that it declares."""

    data: str
    charset: str


class AddressSource(NamedTuple):
    """A text that may name addresses, or the target of a link."""

    text: str
    is_target: bool


@dataclass(frozen=True, kw_only=True)
class ReadMessage:
    """Texts, numbers and tuples of which `sandbox.py` makes a `ParsedMail` or an `UnreadableMessage`, which describe the fields.

    `unreadable`: "", "no_headers" or "empty". `sources`: in order of discovery. `pictures`: places in `files` of those whose bytes follow.
    """

    unreadable: str
    message_id: str
    identity: str
    subject: str
    text: str
    sender: str
    reply_to: str
    recipients: tuple[str, ...]
    nature: str
    failed_tag_recipients: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    authentication_results: tuple[str, ...]
    files: tuple[FileFound, ...]
    pictures: tuple[int, ...]
    sources: tuple[AddressSource, ...]
    undecoded: tuple[Undecoded, ...]
    language: str
    notes: tuple[str, ...]
    parts_left_out: int


@dataclass
class TextCollector:
    """Collects the texts of a message in order, and the `sources` of addresses."""

    sources: list[AddressSource]
    notes: dict[str, None]
    undecoded: list[Undecoded] = field(default_factory=list)
    _parts: list[_TextPart] = field(default_factory=list)
    _room: int = ROOM
    _undecoded_room: int = MAX_UNDECODED_LENGTH

    def add(
        self,
        data: bytes,
        *,
        subtype: str,
        parameters: dict[str, str],
        branch: Branch | None = None,
    ) -> None:
        """Add a text with the charset and format in `parameters`, as part of `branch`."""
        if len(data) > self._room or len(self._parts) >= _MAX_TEXTS:
            self.notes["text_cut"] = None
            data = data[: self._room] if len(self._parts) < _MAX_TEXTS else b""
        self._room -= len(data)
        if not data:
            return
        charset = parameters.get("charset", "")
        if subtype in {"html", "xhtml+xml", "enriched", "richtext"}:
            declared = _META_CHARSET.search(data[:2000])
            page = read_html(self._decode(data, charset or (declared[1].decode() if declared else ""), is_markup=True))
            text, words = normalise_text(page.text), normalise_text(page.words)
            self.sources += [AddressSource(target, is_target=True) for target in page.targets]
        else:
            text = normalise_text(self._decode(data, charset))
            if subtype == "calendar":
                text = _FOLD.sub("", text)
            elif parameters.get("format", "").lower() == "flowed":
                text = unflow(text, delete_space=parameters.get("delsp", "").lower() == "yes")
            words = text
        if _PGP in text:
            self.notes["encrypted"] = None
        self.sources.append(AddressSource(words, is_target=False))
        self._parts.append(_TextPart(text, words, branch))

    def add_headers(self, headers: Headers) -> None:
        """Add the usual header lines of an embedded message."""
        lines = [f"{name}: {headers.text(name.lower())[:1000]}" for name in _SHOWN_HEADERS if headers.all(name.lower())]
        if lines and len(self._parts) < _MAX_TEXTS:
            self.sources.append(AddressSource(decode_value(headers.first("subject")), is_target=False))
            text = "\n".join(["-" * 10, *lines])
            self._parts.append(_TextPart(text, text))

    def _decode(self, data: bytes, charset: str, *, is_markup: bool = False) -> str:
        """Decode bytes. Irregularities are added to the notes, and what may have been read wrongly is kept, without tags."""
        text, note = decode_text(data, charset)
        if note:
            self.notes[note] = None
            if "\ufffd" in text or not data.isascii():
                self.keep_undecoded(_TAG.sub(b" ", data) if is_markup else data, charset)
        return text

    def keep_undecoded(self, data: bytes, charset: str) -> None:
        """Keep bytes as received, so that a person may read them otherwise."""
        prefix = data[: self._undecoded_room]
        self._undecoded_room -= len(prefix)
        if prefix:
            self.undecoded.append(Undecoded(base64.b64encode(prefix).decode(), one_line(charset)[:MAX_CHARSET_LENGTH]))

    def text(self) -> str:
        """Return the combined text, at most MAX_TEXT_LENGTH characters."""
        repeated = self._repeated()
        text = "\n\n".join(part.text for part in self._parts if part.text and part.branch not in repeated)
        if len(text) > MAX_TEXT_LENGTH:
            self.notes["text_cut"] = None
        return text[:MAX_TEXT_LENGTH].strip()

    def _repeated(self) -> set[Branch | None]:
        """Return the branches that add (nearly) nothing to an earlier branch of the same alternative."""
        branches: dict[Branch, set[str]] = {}
        for part in self._parts:
            if part.branch is not None:
                branches.setdefault(part.branch, set()).update(_WORD.findall(part.words))
        repeated: set[Branch | None] = set()
        words_by_alternative: dict[tuple[int, int], set[str]] = {}
        for branch, words in branches.items():
            before = words_by_alternative.setdefault(branch.alternative, set())
            if before and len(words - before) <= len(words) // 8:
                repeated.add(branch)
            before |= words
        return repeated


def normalise_text(text: str) -> str:
    """Return `text` with normalised line ends, without invisible characters and outer white space."""
    return strip_invisible(_LINE_ENDS.sub("\n", text)).strip()


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the lines of format=flowed text (RFC 3676)."""
    lines: list[list[str]] = []
    flows_from = -1
    for raw in text.split("\n"):
        content = raw.lstrip(">")
        depth = len(raw) - len(content)
        content = content.removeprefix(" ")
        signature = content == "-- "
        if depth == flows_from and not signature:
            lines[-1].append(content)
        else:
            lines.append(["> " * depth + content])
        flows = content.endswith(" ") and not signature
        if flows and delete_space:
            lines[-1][-1] = lines[-1][-1][:-1]
        flows_from = depth if flows else -1
    return "\n".join("".join(line) for line in lines)


MAX_FILES = 1_000
# For PDQ, all pictures together. They take about ten seconds.
MAX_PIXELS = 400_000_000
MAX_NAME_LENGTH = 255


class FileCollector:
    """Collects the digests of files, and the `pictures` to be compared by their place in `found`, at most MAX_PIXELS together.

    Files beyond MAX_FILES are counted in `left_out`.
    """

    def __init__(self, notes: dict[str, None]) -> None:
        self.found: list[FileFound] = []
        self.pictures: dict[int, bytes] = {}
        self.left_out = 0
        self._notes = notes
        self._pixels = MAX_PIXELS

    def keep(self, data: bytes, *, declared: str = "", name: str = "") -> None:
        """Add a file with its declared type. Empty files are ignored."""
        if not data:
            return
        if len(self.found) >= MAX_FILES:
            self.leave_out(1)
            return
        if pixels := _pixels(data):
            self._pixels -= pixels
            if self._pixels < 0:
                self._notes["pictures_not_compared"] = None
            else:
                self.pictures[len(self.found)] = data
        self.found.append(
            FileFound(
                name=one_line(name)[:MAX_NAME_LENGTH],
                media_type=media_type(data, declared),
                size=len(data),
                md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
                sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
                sha256=hashlib.sha256(data).hexdigest(),
            )
        )

    def leave_out(self, count: int) -> None:
        """Count parts that are not processed."""
        self.left_out += count
        self._notes["too_many_parts"] = None


def name_of(part: MimePart) -> str:
    """Return the file name of a part, or ""."""
    _disposition, parameters = split_parameters(part.headers.first("content-disposition"))
    return parameters.get("filename") or parameters.get("name") or part.parameters.get("name", "")


def is_attached(part: MimePart) -> bool:
    """Return whether a part is an attachment rather than message text."""
    return bool(name_of(part)) or split_parameters(part.headers.first("content-disposition"))[0] == "attachment"


def _pixels(data: bytes) -> int:
    try:
        header = read_header(data)
    except (HeaderDamaged, TooComplex):
        return 0
    return header.pixels if header else 0


# The maximum nesting of messages inside encoded parts. Each level needs another pass.
MAX_DEPTH = 8
# For all RTF after decompression, because a few compressed bytes can expand to very many.
MAX_RTF = 4 * MAX_RTF_LENGTH
_MIN_FILE_LENGTH = 80
_BOUNDARY = re.compile(rb"(?mi)^--([^\s]{1,200})[ \t\r]*\n(?=content-)")

_WINMAIL = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_HEADERS = frozenset({"text/rfc822-headers", "message/global-headers"})
_ENCRYPTED = frozenset({"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_READ_TYPES = frozenset({"application/xhtml+xml", "application/json", "application/xml", "application/ics"})
_READ_ENDINGS = (
    ".txt", ".text", ".htm", ".html", ".xhtml", ".url", ".webloc", ".csv", ".json", ".xml", ".md", ".log", ".ics", ".vcf",
)  # fmt: skip
_HTML_ENDINGS = (".htm", ".html", ".xhtml")
_MESSAGE_ENDINGS = (".eml", ".mht", ".mhtml")


class PartReader:
    """Reads one message.

    `failed` are the recipients that a bounce did not reach, `notes` the codes of irregularities.
    """

    def __init__(self) -> None:
        self.notes: dict[str, None] = {}
        self.sources: list[AddressSource] = []
        self.files = FileCollector(self.notes)
        self.failed: list[str] = []
        self._rtf_room = MAX_RTF
        self.bodies = TextCollector(self.sources, self.notes)
        # Queue of (messages, nesting depth inside encoded parts).
        self._waiting: list[tuple[MimeWalker, int]] = []

    def text(self) -> str:
        """Return the combined text."""
        return self.bodies.text()

    def read_message(self, raw: bytes) -> None:
        """Read a message and all embedded ones."""
        self._waiting.append((MimeWalker(raw), 0))
        # The list grows during the loop.
        for number, (walk, depth) in enumerate(self._waiting):
            for part in walk:
                self._take(part, number, depth)
            if walk.left_out:
                self.files.leave_out(walk.left_out)

    def read_bytes(self, raw: bytes) -> None:
        """Read data that is not a message: as text if possible, else as a file."""
        if is_text(raw):
            self._say(raw, subtype="plain", parameters={})
        else:
            self.files.keep(raw)

    def _take(self, part: MimePart, number: int, depth: int) -> None:
        if part.headers.cut:
            self.notes["headers_cut"] = None
        if part.opens:
            self.bodies.add_headers(read_headers(part.data, part.start)[0])
        elif part.undivided:
            self._take_undivided(part, depth)
        elif part.is_message and not part.is_encoded_container:
            # Its parts were read before. Only the outermost message is hashed whole, otherwise the cost would grow with
            # the depth.
            if depth == part.level == 0:
                self.files.keep(part.body(), declared=part.kind, name=name_of(part))
        else:
            self._take_leaf(part, number, depth)

    def _take_undivided(self, part: MimePart, depth: int) -> None:
        """Guess the boundary that the header does not name. Otherwise keep the readable text."""
        self.notes["parts_not_found"] = None
        body = part.body()
        guess = _BOUNDARY.search(body)
        if guess and depth < MAX_DEPTH:
            content_type = b'multipart/mixed; boundary="%s"' % re.sub(rb'(["\\\\])', rb"\\\1", guess[1])
            headers = Headers((("Content-Type", content_type),))
            self._waiting.append((MimeWalker(body, headers=headers, level=part.level), depth + 1))
        else:
            rest, files = extract_base64(body, shortest=_MIN_FILE_LENGTH)
            for content in files:
                self.files.keep(content)
            self._say(rest, subtype="plain", parameters={})

    def _take_leaf(self, part: MimePart, number: int, depth: int) -> None:
        data, note = decode_transfer(part.body(), part.encoding)
        if note:
            self.notes[note] = None
        if not data.strip():
            return
        if part.is_encoded_container:
            self._read_inside(data, part, depth)
        elif part.kind in _WINMAIL or data.startswith(SIGNATURE):
            self._take_winmail(data, part, number)
        elif part.kind in _HEADERS:
            self.bodies.add_headers(read_headers(data)[0])
        elif part.kind.startswith(("text/", "message/")) and is_text(data):
            self._take_text(data, part, number, depth)
        else:
            self._take_file(data, part, depth)

    def _take_text(self, data: bytes, part: MimePart, number: int, depth: int) -> None:
        """Read a text part: message text, or an attachment."""
        main, _, subtype = part.kind.partition("/")
        if main == "message" and depth == part.level == 0:
            self.failed += failed_recipients(decode_text(data[:MAX_STATUS_LENGTH])[0])
        if is_attached(part):
            self._say(data, subtype=subtype, parameters=part.parameters)
            self.files.keep(data, declared=part.kind, name=name_of(part))
            self._read_if_message(data, part, depth)
            return
        branch = Branch((number, part.alternative), part.branch) if part.alternative >= 0 else None
        self._say(data, subtype=subtype, parameters=part.parameters, branch=branch)

    def _take_file(self, data: bytes, part: MimePart, depth: int) -> None:
        name = name_of(part).lower()
        if part.kind in _ENCRYPTED:
            signed = part.parameters.get("smime-type", "").lower() == "signed-data"
            self.notes["signed_unread" if signed else "encrypted"] = None
        if part.encoding in {"", "7bit"} and not sniff_type(data):
            # Some programs omit the base64 header.
            rest, found = extract_base64(data)
            data = found[0] if len(found) == 1 and not rest.strip() else data
        self.files.keep(data, declared=part.kind, name=name_of(part))
        if sniff_type(data) == "application/rtf":
            self._say_rtf(data, None, packed=False)
        elif (part.kind in _READ_TYPES or name.endswith(_READ_ENDINGS)) and is_text(data):
            self._say(data, subtype="html" if name.endswith(_HTML_ENDINGS) else "plain", parameters=part.parameters)
        self._read_if_message(data, part, depth)

    def _take_winmail(self, data: bytes, part: MimePart, number: int) -> None:
        found = read_tnef(data)
        if found.damaged:
            self.notes["bad_winmail"] = None
        if found.damaged or not (found.bodies or found.files):
            self.files.keep(data, declared=part.kind, name=name_of(part))
        for position, body in enumerate(found.bodies):
            branch = Branch((-1 - number, part.start), position)
            if body.kind == "rtf":
                self._say_rtf(body.data, branch, packed=True)
            else:
                self._say(body.data, subtype=body.kind, parameters={"charset": body.charset}, branch=branch)
        for file in found.files:
            self.files.keep(file.data, name=decode_text(file.name, file.charset)[0])

    def _say_rtf(self, data: bytes, branch: Branch | None, *, packed: bool) -> None:
        if self._rtf_room <= 0:
            self.notes["text_cut"] = None
            return
        data = decompress(data) if packed else data[:MAX_RTF_LENGTH]
        self._rtf_room -= len(data)
        text, is_html = read_rtf(data)
        data = text.encode("utf-8", "replace")
        self._say(data, subtype="html" if is_html else "plain", parameters={"charset": "utf-8"}, branch=branch)

    def _say(self, data: bytes, *, subtype: str, parameters: dict[str, str], branch: Branch | None = None) -> None:
        """Add a text, and the files encoded in it."""
        if b"\0" in data:
            # Encoded files cannot be recognised in UTF-16, so that the bytes may hold one: they are not kept.
            text, note = decode_text(data, parameters.get("charset", ""))
            if note:
                self.notes[note] = None
            data = text.encode()
            parameters = {**parameters, "charset": "utf-8"}
        data, coded = extract_uuencoded(data)
        for name, content in coded:
            self.files.keep(content, name=decode_text(name)[0])
        data, bare = extract_base64(data)
        for content in bare:
            self.notes["base64_in_text"] = None
            self.files.keep(content)
        self.bodies.add(data, subtype=subtype, parameters=parameters, branch=branch)

    def _read_inside(self, data: bytes, part: MimePart, depth: int) -> None:
        """Queue the parts inside an encoded part."""
        if depth >= MAX_DEPTH:
            self.notes["too_deep"] = None
            self.files.keep(data, declared=part.kind, name=name_of(part))
            return
        data = normalise_line_ends(data)
        if part.is_message:
            self.bodies.add_headers(read_headers(data)[0])
            headers = None
        else:
            lines = ((name, value) for name, value in part.headers.lines if name.lower() != "content-transfer-encoding")
            headers = replace(part.headers, lines=tuple(lines))
        self._waiting.append((MimeWalker(data, headers=headers, level=part.level), depth + 1))

    def _read_if_message(self, data: bytes, part: MimePart, depth: int) -> None:
        if not (part.is_message or name_of(part).lower().endswith(_MESSAGE_ENDINGS)) or depth >= MAX_DEPTH:
            return
        data = normalise_line_ends(data)
        headers = read_headers(data)[0]
        if len(headers.lines) > 1:
            self.bodies.add_headers(headers)
            self._waiting.append((MimeWalker(data, level=part.level + 1), depth + 1))


MAX_SUBJECT_LENGTH = 1_000
MAX_SHOWN_VALUE_LENGTH = 4_000
MAX_SHOWN_HEADERS_LENGTH = 100_000
MAX_RESULTS = 50

# Header lines that are the same on every delivery of a message.
_LASTING_HEADERS = ("message-id", "date", "from", "sender", "reply-to", "to", "cc", "subject", "in-reply-to")
_LEADING_LINES = re.compile(rb"[\r\n]*+")
_MESSAGE_ID = re.compile(rb"<([!-;=?-~]{1,450}@[!-;=?-~]{1,450})>|\s*([!-;=?-~]{1,450}@[!-;=?-~]{1,450})\s*")
_OTHERS_WORDS = re.compile(r"(?m)^(?:>|-{5,})[^\n]*$")


def read_message(raw: bytes) -> tuple[ReadMessage, list[bytes]]:
    """Return what a message says, and its pictures to be compared."""
    raw = normalise_line_ends(raw[_LEADING_LINES.match(raw).end() :])  # type: ignore[union-attr]
    headers, position = read_headers(raw)
    contents = PartReader()
    if headers.lines:
        contents.read_message(raw)
    else:
        contents.read_bytes(raw)
    subject = headers.text("subject")[:MAX_SUBJECT_LENGTH]
    if "\ufffd" in subject:
        contents.bodies.keep_undecoded(headers.first("subject"), "")
    contents.sources.append(AddressSource(subject, is_target=False))
    shown = _shown(headers, contents.notes)
    text = contents.text()
    senders = parse_addresses(headers.all("from"))
    sender = next((each for each in senders if each.address), next(iter(senders), NamedAddress("", "")))
    if len(senders) > 1:
        contents.notes[SEVERAL_FROM] = None
    nature = classify_message(headers, sender.address)
    if headers.broken:
        contents.notes["broken_headers"] = None
    unreadable = ""
    if not headers.lines:
        unreadable = "no_headers"
    elif nature is not MessageKind.BOUNCE and not (subject or text or contents.files.found):
        unreadable = "empty"
    read = ReadMessage(
        unreadable=unreadable,
        message_id=_message_id(headers),
        identity=_identity(headers, raw, position),
        subject=subject,
        text=text,
        sender=sender.address,
        reply_to=next((each.address for each in parse_addresses(headers.all("reply-to")) if each.address), ""),
        recipients=recipients_of(headers),
        nature=nature.value,
        failed_tag_recipients=_failed(headers, contents, raw) if nature is MessageKind.BOUNCE else (),
        headers=shown,
        authentication_results=tuple(
            one_line(value.decode("latin-1")) for value in headers.all("authentication-results")[:MAX_RESULTS]
        ),
        files=tuple(contents.files.found),
        pictures=tuple(contents.files.pictures),
        sources=tuple(contents.sources),
        undecoded=tuple(contents.bodies.undecoded),
        language=guess_language(_OTHERS_WORDS.sub("", text), subject, text),
        notes=tuple(contents.notes),
        parts_left_out=contents.files.left_out,
    )
    return read, list(contents.files.pictures.values())


def _message_id(headers: Headers) -> str:
    value = headers.first("message-id")
    match = _MESSAGE_ID.match(value)
    return (match[1] or match[2]).decode("ascii") if match else ""


def _identity(headers: Headers, raw: bytes, position: int) -> str:
    """Return a hex digest of the lasting headers and the body. A Message-ID identifies nothing: anyone can copy it."""
    # IMAP servers send CRLF, pipes LF, and either may add an empty line.
    body = raw[position:].replace(b"\r\n", b"\n").rstrip()
    digest = hashlib.sha256(b"content:")
    if not body and not headers.first("date"):
        # A fragment can only be identified by its complete bytes.
        digest.update(raw.replace(b"\r\n", b"\n").rstrip())
    for name in _LASTING_HEADERS:
        for value in headers.all(name):
            digest.update(b"%s:%s\n" % (name.encode(), b" ".join(value.split())))
    digest.update(body)
    return digest.hexdigest()


def _shown(headers: Headers, notes: dict[str, None]) -> tuple[tuple[str, str], ...]:
    shown: list[tuple[str, str]] = []
    room = MAX_SHOWN_HEADERS_LENGTH
    for name, value in headers.decoded():
        room -= len(name) + min(len(value), MAX_SHOWN_VALUE_LENGTH)
        if len(value) > MAX_SHOWN_VALUE_LENGTH or room < 0:
            notes["headers_cut"] = None
        if room < 0:
            break
        shown.append((name, value[:MAX_SHOWN_VALUE_LENGTH]))
    return tuple(shown)


def _failed(headers: Headers, contents: PartReader, raw: bytes) -> tuple[str, ...]:
    """Return the failed recipients from the delivery status, or as named by servers that send no status."""
    is_report = split_parameters(headers.first("content-type"))[0] == "multipart/report"
    named, permanent = recipients_in_words(headers, b"" if is_report else raw)
    return tuple(dict.fromkeys([*contents.failed, *(named if permanent else ())]))
