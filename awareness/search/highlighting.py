"""Excerpts of texts with matches highlighted, in the original script."""

import re
from collections.abc import Collection, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from clicksafely.common.serbian.search_folding import fold

MAX_LENGTH = 240  # characters of an excerpt
_WORD = re.compile(r"[^\W_]+(?:[\u00ad\u0300-\u036f]+[^\W_]+)*")


def candidates(text: str, beginnings: Collection[str]) -> set[str]:
    """Return the folded words of a text that may be forms of a lexeme. A stem always shares the first letter with its words."""
    return {word for match in _WORD.finditer(text) if (word := fold(match[0]))[:1] in beginnings}


def highlight(text: str, found: Collection[str]) -> SafeString:
    """`text`, escaped, with words marked whose folded form is in `found`."""
    parts, copied = [], 0
    for start, end in _places(text, found):
        parts += [escape(text[copied:start]), "<mark>", escape(text[start:end]), "</mark>"]
        copied = end
    parts.append(escape(text[copied:]))
    return mark_safe("".join(parts))  # noqa: S308 - every piece is escaped above


def excerpt(summary: str, body: str, found: Collection[str]) -> SafeString:
    """Return the summary if it has matches or if there are none at all; otherwise the part of the body with most matches."""
    if not body or any(True for _ in _places(summary, found)):
        return highlight(_cut(summary, 0), found)
    starts = [start for start, _end in _places(body, found)]
    if not starts:
        return highlight(_cut(summary or body, 0), found)
    best = max(starts, key=lambda start: (sum(start <= other < start + MAX_LENGTH for other in starts), -start))
    return highlight(_cut(body, best), found)


def _places(text: str, found: Collection[str]) -> Iterator[tuple[int, int]]:
    for match in _WORD.finditer(text):
        if fold(match[0]) in found:
            yield match.start(), match.end()


def _cut(text: str, wanted: int) -> str:
    """About MAX_LENGTH characters around `wanted`, cut between words, from the start of a nearby sentence."""
    text = text.strip()
    begin, before = 0, ""
    if len(text) > MAX_LENGTH and wanted > MAX_LENGTH // 3:
        run_up = text[wanted - MAX_LENGTH // 3 : wanted]
        sentence = max(run_up.rfind(end) for end in (". ", "! ", "? ", "\n"))
        begin = wanted - len(run_up) + (sentence if sentence >= 0 else run_up.find(" ")) + 1
        before = "" if sentence >= 0 else "… "
    piece, after = text[begin : begin + MAX_LENGTH], ""
    if begin + MAX_LENGTH < len(text):
        piece, after = (piece.rpartition(" ")[0] or piece).rstrip(" ,;:–-"), " …"
    return before + " ".join(piece.split()) + after
