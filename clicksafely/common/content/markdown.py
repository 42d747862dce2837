"""Converts Markdown of content files to HTML: headings (`##`, `###`), lists (`-`, `1.`), paragraphs, and `**bold**`.

Blank lines separate blocks.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Final

_NUMBER: Final = re.compile(r"^\d+\. ")
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")


def to_html(text: str) -> str:
    """Return HTML in the form produced by the editor. No other markup is supported inside a line."""
    return "".join(_block(block.split("\n")) for block in text.strip().split("\n\n")) if text.strip() else ""


def _block(lines: list[str]) -> str:
    if lines[0].startswith("- "):
        return f"<ul>{_items(line.removeprefix('- ') for line in lines)}</ul>"
    if _NUMBER.match(lines[0]):
        return f"<ol>{_items(_NUMBER.sub('', line) for line in lines)}</ol>"
    for marks, tag in (("## ", "h2"), ("### ", "h3")):
        if lines[0].startswith(marks):
            return f"<{tag}>{_inline(lines[0].removeprefix(marks))}</{tag}>"
    return f"<p>{_inline(' '.join(lines))}</p>"


def _items(lines: Iterable[str]) -> str:
    return "".join(f"<li><p>{_inline(line)}</p></li>" for line in lines)


def _inline(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", escape(text, quote=False))
