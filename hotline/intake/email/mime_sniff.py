"""Media type of a file from its first bytes (https://mimesniff.spec.whatwg.org and the format specifications)."""

import re

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "application/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"{\\rtf", "application/rtf"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
)
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
# ISO base media files are identified by their brand.
_BRANDS = {
    b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"3gp4": "video/3gpp", b"3gp5": "video/3gpp", b"3g2a": "video/3gpp2",
}  # fmt: skip
# Text may start with these bytes, so they count only if the data is binary.
_MAY_BE_WORDS = (b"BM", b"MZ", b"ID3", b"II*")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b"))
_SAMPLE = 4096
_SAFE = re.compile(r"[a-z0-9.+-]{1,38}/[a-z0-9.+_-]{1,41}")


def media_type(data: bytes, declared: str) -> str:
    """Return the type by content, else the declared type, else application/octet-stream. At most 80 characters."""
    if kind := sniff_type(data):
        return kind
    believed = _SAFE.fullmatch(declared) and (not declared.startswith("text/") or is_text(data))
    return declared if believed else "application/octet-stream"


def sniff_type(data: bytes) -> str:
    """Return the type by the first bytes, or ""."""
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return "" if magic in _MAY_BE_WORDS and not _has_controls(data) else kind
    return ""


def is_text(data: bytes) -> bool:
    """Return whether bytes declared as text are text. An image under a false name is not."""
    kind = sniff_type(data)
    if kind:
        return kind == "application/rtf"
    # Half of the bytes of European UTF-16 text are zeros.
    return not _has_controls(data) or _is_utf16(data)


def _has_controls(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    return len(sample) - len(sample.translate(None, _CONTROLS)) > 4 + len(sample) // 100


def _is_utf16(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    if sample[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return True
    halves = (sample[0::2], sample[1::2])
    return any(half.count(0) + half.count(4) > 0.8 * len(half) for half in halves) and len(sample) > 8
