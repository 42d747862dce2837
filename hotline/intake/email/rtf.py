"""RTF to text with link targets, including compressed RTF from Outlook ([MS-OXRTFCP], RTF 1.9.1)."""

import re
import struct
from dataclasses import dataclass, field

from clicksafely.common.mail.charsets import decode_text

_HEADER = struct.Struct("<IIII")
_COMPRESSED, _UNCOMPRESSED = 0x75465A4C, 0x414C454D
# The initial dictionary of the compression format.
_PRELOADED = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial"
    b"Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
MAX_LENGTH = 1_000_000

_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
_CODEPAGE = re.compile(r"\\ansicpg(\d{3,5})")
_LINES = frozenset({"par", "line", "sect", "page", "row", "cell"})
_UNSEEN = frozenset(
    {
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "themedata",
        "listtable",
        "listoverridetable",
        "generator",
    }
)
_LINK = re.compile(r'HYPERLINK\s+"([^"]{1,2000})"')


def decompress(data: bytes) -> bytes:
    """Decompress PidTagRtfCompressed, to at most MAX_LENGTH bytes. Returns b"" for invalid data."""
    if len(data) < _HEADER.size:
        return b""
    _size, plain_size, kind, _checksum = _HEADER.unpack_from(data)
    body = data[_HEADER.size :]
    if kind == _UNCOMPRESSED:
        return body[: min(plain_size, MAX_LENGTH)]
    if kind != _COMPRESSED:
        return b""
    window = bytearray(_PRELOADED.ljust(_WINDOW, b"\0"))
    write = len(_PRELOADED)
    plain = bytearray()
    position = 0
    while position < len(body) and len(plain) < MAX_LENGTH:
        control = body[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                copied = body[position : position + 1]
                position += 1
            else:
                reference = int.from_bytes(body[position : position + 2].ljust(2, b"\0"))
                position += 2
                start, length = reference >> 4, (reference & 15) + 2
                if start == write:
                    return bytes(plain)
                copied = b""
                for offset in range(length):
                    letter = window[(start + offset) % _WINDOW]
                    window[(write + offset) % _WINDOW] = letter
                    copied += bytes((letter,))
            for letter in copied:
                window[write] = letter
                write = (write + 1) % _WINDOW
            plain += copied
    return bytes(plain[:MAX_LENGTH])


def read_rtf(data: bytes) -> tuple[str, bool]:
    """Return the text with link targets of the first MAX_LENGTH bytes, and whether it is HTML.

    Outlook encapsulates HTML in RTF.
    """
    source = data[:MAX_LENGTH].decode("latin-1")
    codepage = _CODEPAGE.search(source, 0, 2000)
    reader = _Reader(f"cp{codepage[1]}" if codepage else "cp1252", is_html="\\fromhtml" in source[:2000])
    for token in _TOKEN.finditer(source):
        reader.take(token)
    # Characters outside the Basic Multilingual Plane are encoded as two surrogates.
    text = reader.text().encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return (text if reader.is_html else _LINK.sub(r"<\1>", text)), reader.is_html


@dataclass
class _Reader:
    charset: str
    is_html: bool
    pieces: list[str] = field(default_factory=list)
    # Pending bytes in the code page.
    letters: bytearray = field(default_factory=bytearray)
    # Whether the current group is visible, and the same for the enclosing groups.
    is_visible: bool = True
    around: list[bool] = field(default_factory=list)
    starred: bool = False
    # The number of fallback characters to skip after a Unicode character.
    fallbacks: int = 0

    def take(self, token: re.Match[str]) -> None:
        word, number, code, symbol, brace, letters = token.groups()
        starred, self.starred = self.starred, symbol == "*"
        if code:
            self._say_letters(bytes.fromhex(code))
        elif letters:
            self._say_letters(letters.encode("latin-1"))
        elif word:
            self._word(word, number, starred=starred)
        elif brace == "{":
            self.around.append(self.is_visible)
        elif brace and self.around:
            self.is_visible = self.around.pop()
        elif symbol in {"{", "}", "\\"}:
            self._say(symbol)
        elif symbol == "~":
            self._say(" ")

    def text(self) -> str:
        self._say("")
        return "".join(self.pieces)

    def _word(self, word: str, number: str | None, *, starred: bool) -> None:
        if word == "u" and number and self.is_visible:
            self._say(chr(int(number) % 0x10000))
            self.fallbacks = 1
        elif word in _UNSEEN or (starred and word not in {"fldinst", "htmltag"}):
            self.is_visible = False
        elif word == "htmlrtf" and self.is_html:
            self.is_visible = number == "0"
        elif word == "htmltag":
            self.is_visible = True
        elif word in _LINES:
            self._say("\n")
        elif word == "tab":
            self._say("\t")

    def _say_letters(self, letters: bytes) -> None:
        if self.is_visible:
            self.letters += letters[self.fallbacks :]
        self.fallbacks = 0

    def _say(self, text: str) -> None:
        if self.letters:
            self.pieces.append(decode_text(bytes(self.letters), self.charset)[0])
            self.letters.clear()
        if self.is_visible:
            self.pieces.append(text)
