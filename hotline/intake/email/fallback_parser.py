"""Minimal fallback parser for messages that the main parser cannot read. Pure."""

import hashlib
import re

from clicksafely.common.invisible_characters import strip_invisible
from hotline.intake.email.types import UnreadableMessage
from hotline.triage.hash_lists.digests import FileDigest

MAX_HEAD_LENGTH = 64 * 1024
MAX_TEXT_LENGTH = 20_000
_HEAD = re.compile(rb"\A.*?(?=\r?\n\r?\n|\Z)", re.DOTALL)
_UNFOLD = re.compile(r"\n[ \t]+")
_UUENCODED = re.compile(r"^begin [0-7]{3} .*?^end\s*$", re.DOTALL | re.MULTILINE)


def parse_fallback(raw: bytes, *, reason: str) -> UnreadableMessage:
    """Return the header lines, the readable lines of the body, and the digests of the whole message.

    Lines of encoded files contain no spaces. Lines without a space or an address are dropped, so that no file is
    stored.
    """
    head = _HEAD.match(raw[:MAX_HEAD_LENGTH])
    lines = _UNFOLD.sub(" ", _readable(head[0] if head else b"")).split("\n")
    headers = [(name, value.strip()) for name, mark, value in (line.partition(":") for line in lines) if mark]
    body = _UUENCODED.sub("", _readable(raw[len(head[0]) if head else 0 :][: 8 * MAX_TEXT_LENGTH]))
    words = [line for line in body.split("\n") if (" " in line.strip() or "://" in line) and "\ufffd" not in line]
    whole = FileDigest(
        md5=hashlib.md5(raw, usedforsecurity=False).digest(),
        sha1=hashlib.sha1(raw, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(raw).digest(),
        media_type="message/rfc822",
        size=len(raw),
    )
    return UnreadableMessage(
        reason,
        identity=hashlib.sha256(raw).digest(),
        headers=tuple(headers),
        files=(whole,),
        file_names=("",),
        text="\n".join(words)[:MAX_TEXT_LENGTH],
    )


def _readable(data: bytes) -> str:
    text = data.decode("utf-8", errors="replace").replace("\r\n", "\n")
    return "\n".join(strip_invisible(line) for line in text.split("\n"))
