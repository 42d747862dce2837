"""What is in a message: its texts and its files. Every part, whatever is inside what."""

import re
from dataclasses import replace

from clicksafely.common.mail.charsets import decode_text
from clicksafely.common.mail.headers import Headers, read_headers
from clicksafely.common.mail.reports import LONGEST_STATUS, failed_recipients
from clicksafely.common.mail.structure import Part, Walk, with_line_ends
from clicksafely.common.mail.transfer import decode_transfer, take_base64, take_uuencoded
from hotline.intake.mail.bodies import Bodies, Branch
from hotline.intake.mail.files import Files, is_attached, name_of
from hotline.intake.mail.finding import Finder
from hotline.intake.mail.media import by_content, is_text
from hotline.intake.mail.rtf import LONGEST as LONGEST_RTF
from hotline.intake.mail.rtf import decompress, read_rtf
from hotline.intake.mail.winmail import SIGNATURE, read_winmail

# Messages inside encodings inside messages: each costs another walk.
MAX_DEPTH = 8
# Of RTF in all, unpacked: a few bytes of it may stand for very many.
MAX_RTF = 4 * LONGEST_RTF
_SHORTEST_FILE = 80
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


class Contents:
    """Reads one message. `failed` are the recipients that a bounce did not reach; `notes` the codes of what was odd."""

    def __init__(self) -> None:
        self.notes: dict[str, None] = {}
        self.finder = Finder()
        self.files = Files(self.notes)
        self.failed: list[str] = []
        self._rtf_room = MAX_RTF
        self._bodies = Bodies(self.finder, self.notes)
        # Messages to walk through, and how deep they were inside others behind encodings.
        self._waiting: list[tuple[Walk, int]] = []

    def text(self) -> str:
        """All texts, put together."""
        return self._bodies.text()

    def read_message(self, raw: bytes) -> None:
        """Take a whole message and whatever is inside."""
        self._waiting.append((Walk(raw), 0))
        # It grows on the way.
        for number, (walk, depth) in enumerate(self._waiting):
            for part in walk:
                self._take(part, number, depth)
            if walk.left_out:
                self.files.leave_out(walk.left_out)

    def read_bytes(self, raw: bytes) -> None:
        """Take what is no message: as a text where it is one, else as a file."""
        if is_text(raw):
            self._say(raw, subtype="plain", parameters={})
        else:
            self.files.keep(raw)

    def _take(self, part: Part, number: int, depth: int) -> None:
        if part.headers.cut:
            self.notes["headers_cut"] = None
        if part.opens:
            self._bodies.add_headers(read_headers(part.data, part.start)[0])
        elif part.undivided:
            self._take_undivided(part, depth)
        elif part.is_message and not part.is_encoded_container:
            # Its parts came before. Only what hangs on the outermost is kept whole, or the cost would grow with the depth.
            if depth == part.level == 0:
                self.files.keep(part.body(), declared=part.kind, name=name_of(part))
        else:
            self._take_leaf(part, number, depth)

    def _take_undivided(self, part: Part, depth: int) -> None:
        """Look for the boundary that its header does not name; else show what words there are."""
        self.notes["parts_not_found"] = None
        body = part.body()
        guess = _BOUNDARY.search(body)
        if guess and depth < MAX_DEPTH:
            content_type = b'multipart/mixed; boundary="%s"' % re.sub(rb'(["\\\\])', rb"\\\1", guess[1])
            headers = Headers((("Content-Type", content_type),))
            self._waiting.append((Walk(body, headers=headers, level=part.level), depth + 1))
        else:
            rest, files = take_base64(body, shortest=_SHORTEST_FILE)
            for content in files:
                self.files.keep(content)
            self._say(rest, subtype="plain", parameters={})

    def _take_leaf(self, part: Part, number: int, depth: int) -> None:
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
            self._bodies.add_headers(read_headers(data)[0])
        elif part.kind.startswith(("text/", "message/")) and is_text(data):
            self._take_text(data, part, number, depth)
        else:
            self._take_file(data, part, depth)

    def _take_text(self, data: bytes, part: Part, number: int, depth: int) -> None:
        """A text that belongs to the message, or one that is attached to it."""
        main, _, subtype = part.kind.partition("/")
        if main == "message" and depth == part.level == 0:
            self.failed += failed_recipients(decode_text(data[:LONGEST_STATUS])[0])
        if is_attached(part):
            self._say(data, subtype=subtype, parameters=part.parameters)
            self.files.keep(data, declared=part.kind, name=name_of(part))
            self._read_if_message(data, part, depth)
            return
        branch = Branch((number, part.alternative), part.branch) if part.alternative >= 0 else None
        self._say(data, subtype=subtype, parameters=part.parameters, branch=branch)

    def _take_file(self, data: bytes, part: Part, depth: int) -> None:
        name = name_of(part).lower()
        if part.kind in _ENCRYPTED:
            signed = part.parameters.get("smime-type", "").lower() == "signed-data"
            self.notes["signed_unread" if signed else "encrypted"] = None
        if part.encoding in {"", "7bit"} and not by_content(data):
            # Some programs forget to say that it is base64.
            rest, found = take_base64(data)
            data = found[0] if len(found) == 1 and not rest.strip() else data
        self.files.keep(data, declared=part.kind, name=name_of(part))
        if by_content(data) == "application/rtf":
            self._say_rtf(data, None, packed=False)
        elif (part.kind in _READ_TYPES or name.endswith(_READ_ENDINGS)) and is_text(data):
            self._say(data, subtype="html" if name.endswith(_HTML_ENDINGS) else "plain", parameters=part.parameters)
        self._read_if_message(data, part, depth)

    def _take_winmail(self, data: bytes, part: Part, number: int) -> None:
        found = read_winmail(data)
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
        data = decompress(data) if packed else data[:LONGEST_RTF]
        self._rtf_room -= len(data)
        text, is_html = read_rtf(data)
        data = text.encode("utf-8", "replace")
        self._say(data, subtype="html" if is_html else "plain", parameters={"charset": "utf-8"}, branch=branch)

    def _say(self, data: bytes, *, subtype: str, parameters: dict[str, str], branch: Branch | None = None) -> None:
        """Take a text, and the files that are written into it."""
        if b"\0" in data:
            # In UTF-16 a file looks like nothing that is known.
            data = self._bodies.decode(data, parameters.get("charset", "")).encode()
            parameters = {**parameters, "charset": "utf-8"}
        data, coded = take_uuencoded(data)
        for name, content in coded:
            self.files.keep(content, name=decode_text(name)[0])
        data, bare = take_base64(data)
        for content in bare:
            self.notes["base64_in_text"] = None
            self.files.keep(content)
        self._bodies.add(data, subtype=subtype, parameters=parameters, branch=branch)

    def _read_inside(self, data: bytes, part: Part, depth: int) -> None:
        """Walk through the parts that were behind an encoding."""
        if depth >= MAX_DEPTH:
            self.notes["too_deep"] = None
            self.files.keep(data, declared=part.kind, name=name_of(part))
            return
        data = with_line_ends(data)
        if part.is_message:
            self._bodies.add_headers(read_headers(data)[0])
            headers = None
        else:
            lines = ((name, value) for name, value in part.headers.lines if name.lower() != "content-transfer-encoding")
            headers = replace(part.headers, lines=tuple(lines))
        self._waiting.append((Walk(data, headers=headers, level=part.level), depth + 1))

    def _read_if_message(self, data: bytes, part: Part, depth: int) -> None:
        if not (part.is_message or name_of(part).lower().endswith(_MESSAGE_ENDINGS)) or depth >= MAX_DEPTH:
            return
        data = with_line_ends(data)
        headers = read_headers(data)[0]
        if len(headers.lines) > 1:
            self._bodies.add_headers(headers)
            self._waiting.append((Walk(data, level=part.level + 1), depth + 1))
