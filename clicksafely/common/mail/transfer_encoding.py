"""Content transfer encodings (RFC 2045), and uuencode and base64 in plain text. Damage affects only the damaged part."""

import binascii
import re
from collections.abc import Iterator

_WHITE = b"\r\n\t "
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
_MIN_LINE_LENGTH = 20

_QUOTES = rb"[> \t]*+"
_BASE64_LINES = re.compile(
    rb"(?m)^(?:" + _QUOTES + rb"[A-Za-z0-9+/]{40,}+={0,2}[ \t\r]*+(?:\n|\Z))++"
    rb"(?:" + _QUOTES + rb"[A-Za-z0-9+/]++={0,2}[ \t\r]*+$)?"
)
# RFC 2397; content embedded in a page.
_DATA_ADDRESS = re.compile(
    rb"data:[\w.+/-]{0,80}(?:;[\w.=-]{1,60}){0,4};base64,([A-Za-z0-9+/=%]++(?:\r?\n[ \t]*+[A-Za-z0-9+/=%]{20,}+)*+)",
    re.IGNORECASE,
)
# Not part of an address.
_BASE64_WORD = re.compile(rb"(?<![\w/.:%=&?#+-])[A-Za-z0-9+/]{1000,}+={0,2}")
_QUOTE_MARKS = re.compile(rb"(?m)^[> \t]+")
_UU_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\n]{1,300})\n")


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return the decoded bytes of a part and a note: "bad_base64", "unknown_encoding" or ""."""
    if encoding == "base64":
        decoded, whole = decode_base64(data)
        return decoded, "" if whole else "bad_base64"
    if encoding == "quoted-printable":
        return decode_quoted_printable(data), ""
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        _text, files = extract_uuencoded(data)
        return (files[0][1], "") if files else (data, "unknown_encoding")
    return data, "" if encoding in {"", "7bit", "8bit", "binary"} else "unknown_encoding"


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """Return the decoded `data` and whether it was intact. Skips foreign characters; a lost one damages two lines at most."""
    try:
        return binascii.a2b_base64(data.translate(None, _WHITE), strict_mode=True), True
    except binascii.Error:
        return b"".join(map(_decode_piece, _pieces(data))), False


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield lines, with wrapped ones joined; a single piece if there are no lines or they split groups of four."""
    lines = data.split(b"\n") if data.count(b"\n") * _MIN_LINE_LENGTH < len(data) else [data]
    codes = [line.translate(None, _NOT_BASE64) for line in lines]
    usual = max(map(len, codes))
    if usual % 4:
        yield b"".join(codes)
        return
    waiting = b""
    for line, code in zip(lines, codes, strict=True):
        ends = line.rstrip(_WHITE).endswith(b"=")
        waiting += code
        if ends or len(waiting) >= usual or len(waiting) % 4 == 0:
            yield waiting
            waiting = b""
    yield waiting


def _decode_piece(piece: bytes) -> bytes:
    if len(piece) % 4 == 1:
        piece = piece[:-1]
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))


def decode_quoted_printable(data: bytes) -> bytes:
    """Return the decoded `data`; invalid codes stay unchanged."""
    return binascii.a2b_qp(data)


def extract_uuencoded(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Return `text` without embedded uuencoded files, and the files as name and content."""
    pieces: list[bytes] = []
    files: list[tuple[bytes, bytes]] = []
    last = position = 0
    while begin := _UU_BEGIN.search(text, position):
        content, position = _uu_lines(text, begin.end())
        if content:
            pieces.append(text[last : begin.start()])
            files.append((begin[1].strip(), content))
            last = position
    pieces.append(text[last:])
    return b"\n".join(pieces) if files else text, files


def _uu_lines(text: bytes, position: int) -> tuple[bytes, int]:
    """Return the content of the lines from `position` to "end" or the first invalid one, and the next position."""
    content: list[bytes] = []
    while position < len(text):
        end = text.find(b"\n", position, position + 200)
        end = min(position + 200, len(text)) if end < 0 else end
        line = text[position:end].rstrip(b"\r")
        if line.rstrip() == b"end":
            return b"".join(content), end + 1
        # Some encoders pad the last line; its length byte decides.
        expected = 1 + (((line[0] - 32) & 63) + 2) // 3 * 4 if line else 0
        if len(line) > expected + 1 and line.strip(b"` "):
            break
        try:
            content.append(binascii.a2b_uu(line[:expected]))
        except binascii.Error:
            break
        position = end + 1
    return b"".join(content), position


def extract_base64(text: bytes, *, shortest: int = 1000) -> tuple[bytes, list[bytes]]:
    """Return `text` without embedded base64 (data: URLs, lines, very long words), and the decoded content.

    In a damaged message these are files, which are never stored. `shortest` is in characters; signatures are shorter, pictures longer.
    """
    files: list[bytes] = []

    def take(run: re.Match[bytes]) -> bytes:
        code = run[run.lastindex or 0]
        if len(code) < shortest:
            return run[0]
        files.append(decode_base64(_QUOTE_MARKS.sub(b"", code).replace(b"%2B", b"+").replace(b"%2F", b"/"))[0])
        return b"\n" if run[0][-1:] == b"\n" else b""

    if len(text) >= shortest:
        for pattern in (_DATA_ADDRESS, _BASE64_LINES, _BASE64_WORD):
            text = pattern.sub(take, text)
    return text, files
