"""Videos and sounds, told by the first bytes of their files."""

from typing import Final

# So many bytes of a file are enough.
HEAD: Final = 64
# Major brands of ISO/IEC 14496-12 files (https://mp4ra.org/registered-types/brands) that browsers play.
_SOUND_BRANDS: Final = frozenset({b"M4A ", b"M4B "})
_VIDEO_BRANDS: Final = frozenset(
    {*(b"iso" + digit for digit in (b"m", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9")), b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"}
)  # fmt: skip


def recording_type(head: bytes) -> str | None:
    """The media type of an MP4 or WebM file that begins with `head`; None for anything else."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "video/mp4" if brand in _VIDEO_BRANDS else "audio/mp4" if brand in _SOUND_BRANDS else None
    # The document type of an EBML header (RFC 8794) stands within its first bytes.
    return "video/webm" if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:HEAD] else None
