"""Texts of other formats as plain text with line breaks: nothing that is shown to children carries markup."""

import re
from html import unescape
from typing import Final

import nh3

_TAGS: Final = (
    "p|br|div|span|b|i|u|s|em|strong|small|big|sub|sup|ul|ol|li|a|img|h[1-6]|code|pre|table|thead|tbody|tr|td|th|font|"
    "blockquote|hr|script|style|iframe|video|audio|source|object|embed"
)
_MARKUP: Final = re.compile(rf"</?(?:{_TAGS})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_ENDS_LINE: Final = re.compile(
    r"<(?:br|hr)(?=[\s/>])[^<>]*>|</(?:p|div|li|h[1-6]|tr|blockquote|pre)\s*>", re.IGNORECASE
)
_MARKDOWN: Final = (
    (re.compile(r"!?\[([^\[\]\n]{1,300})\]\([^()\n]{0,500}\)"), r"\1"),
    (re.compile(r"(\*\*|__|``)(?=\S)([^*_`\n]{1,500})(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)([*_`])(?=\S)([^*_`\n]{1,500})(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"^#{1,6} +", re.MULTILINE), ""),
)


def plain(text: str, form: str) -> tuple[str, bool]:
    """The text without the markup of its format (html, moodle, plain, markdown), and whether there was any."""
    if form == "plain":
        return text.strip(), False
    found = " ".join(text.split("\n")) if form == "html" else text
    before = found
    if form == "markdown":
        for pattern, instead in _MARKDOWN:
            found = pattern.sub(instead, found)
    if _MARKUP.search(found):
        stripped = nh3.clean(_ENDS_LINE.sub("\n", found), tags=set(), clean_content_tags={"script", "style"})
        found = unescape(stripped)
    else:
        found = _ENTITY.sub(lambda match: unescape(match[0]), found)
    marked = found != before
    found = "\n".join(" ".join(line.split()) for line in found.split("\n")).strip()
    return re.sub(r"\n{3,}", "\n\n", found), marked
