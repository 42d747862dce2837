"""Finds possible addresses in pasted text. Pure, in linear time."""

import re
from collections.abc import Iterator

from clicksafely.common.invisible_characters import strip_invisible
from hotline.triage.link_unwrapping import unwrap

# Far above the limit of any form. Longer text is cut.
MAX_TEXT_LENGTH = 200_000

# "Defanged" notation as in https://www.ietf.org/archive/id/draft-grimminck-safe-ioc-sharing-03.html and common manual
# variants.
_DOT_WORD = r"(?:dot|tačka|tacka|тачка)"
_BRACKETED_DOT = re.compile(rf"[ \t]?[\[({{][ \t]?(?:\.|{_DOT_WORD})[ \t]?[\])}}][ \t]?", re.IGNORECASE)
_SPOKEN_DOT = re.compile(rf"(?<=\w) {_DOT_WORD} (?=\w)", re.IGNORECASE)
_SCHEME = re.compile(
    r"(?<![^\W_])(?:(?P<http>h[tx*]{1,3}p{1,2})|f[tx*]p)(?P<s>s?)[\[({]?[:;][\])}]?[\[({]?[/\\]{2}[\])}]?",
    re.IGNORECASE,
)
# A scheme without its slashes counts only before a name with a dot: `http:example.org`, but not `http:8080`.
_SLIPPED_SCHEME = re.compile(r"(?<![^\W_])(http)(s?)(?:(?::/|//)(?=[\w\[])|:(?=[\w-]{1,63}\.[\w-]))", re.IGNORECASE)
_REPEATED_SCHEME = re.compile(r"(?<![\w/=?&#+:%])(?:https?://)+(?=https?://)", re.IGNORECASE)

_GAPS = re.compile('[\\s<>"`^„“”«»‹›‘‚…，；、]+')
# The parts of a text that decide whether a bracketed dot belongs to a host. A single slash begins a path.
_HOST_PARTS = re.compile(
    rf"(?P<dot>{_BRACKETED_DOT.pattern})|(?P<gap>{_GAPS.pattern})"
    rf"|(?P<scheme>(?<![/=?&#+:%_\w]){_SCHEME.pattern})|(?P<path>(?<![:/\\])[/?#\\](?![/\\]))",
    re.IGNORECASE,
)
_WEB_SCHEME = re.compile(r"https?://|(?<!s)ftp://", re.IGNORECASE)
_INSIDE_ANOTHER = frozenset("/=?&#+:%_")
_LIST_MARKS = re.compile(r"[,;|(){}]+")
_LISTED_HOST = re.compile(r"[,;|](?=www\.)", re.IGNORECASE)
_BEFORE = "([{'’*_~-–—•·,;:!?.|=+"
_AFTER = ".,;:!?'’*_~|…-–—("
_CLOSING = {")": "(", "]": "[", "}": "{"}


def candidates(text: str) -> Iterator[str]:
    """Yield the parts of `text` that may be addresses, in order, refanged and unwrapped.

    Only the first 200,000 characters are searched. Most plain words are left out. `url_normalisation.locate` decides on
    the rest.
    """
    for chunk in _GAPS.split(_refang(text[:MAX_TEXT_LENGTH])):
        if "." not in chunk and ":" not in chunk:
            continue
        for piece in _split(chunk):
            word = _trim(piece)
            if "." in word or ":" in word:
                yield unwrap(word)


def _refang(text: str) -> str:
    text = _SPOKEN_DOT.sub(".", _refang_hosts(strip_invisible(text)))
    text = _SCHEME.sub(lambda match: f"{'http' if match['http'] else 'ftp'}{match['s'].lower()}://", text)
    return _REPEATED_SCHEME.sub("", _SLIPPED_SCHEME.sub(r"\1\2://", text))


def _refang_hosts(text: str) -> str:
    """Replace bracketed dots in host names; in a path they are part of the address."""
    in_path = False

    def replacement(match: re.Match[str]) -> str:
        nonlocal in_path
        if match["dot"] and not in_path:
            return "."
        # A dot with a space behind it ends the word.
        in_path = bool(match["path"]) or (bool(match["dot"]) and not match[0].endswith((" ", "\t")))
        return match[0]

    return _HOST_PARTS.sub(replacement, text)


def _split(chunk: str) -> Iterator[str]:
    """Split addresses that are not separated by a space.

    Addresses inside others (archives, redirects) are not split.
    """
    start, inside = 0, False
    for match in _WEB_SCHEME.finditer(chunk):
        position = match.start()
        inside = inside or "/" in chunk[start:position]
        if position > start and not (inside and chunk[position - 1] in _INSIDE_ANOTHER):
            yield from _split_plain(chunk[start:position])
            start = position
        inside = True
    yield from _split_plain(chunk[start:])


def _split_plain(piece: str) -> Iterator[str]:
    """Split lists of names: `example.org,example.net/a` and `…/a,www.example.net`."""
    for part in _LISTED_HOST.split(piece):
        if "://" in part or part[:7].lower() == "magnet:":
            yield part
            continue
        end = re.search(r"[/?#\\]|$", part).start()  # type: ignore[union-attr]
        *names, last = _LIST_MARKS.split(part[:end])
        yield from names
        yield last + part[end:]


def _trim(piece: str) -> str:
    """Remove surrounding punctuation. Closing brackets are removed only if the piece does not open them."""
    piece = piece.lstrip(_BEFORE)
    end = len(piece)
    spare = {close: piece.count(close) - piece.count(opening) for close, opening in _CLOSING.items()}
    while end:
        last = piece[end - 1]
        if spare.get(last, 0) > 0:
            spare[last] -= 1
        elif last not in _AFTER:
            break
        end -= 1
    return piece[:end]
