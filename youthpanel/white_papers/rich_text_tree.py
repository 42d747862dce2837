"""Rich text as a tree of plain data, the source of pages, PDF and DOCX. Pure, except for cleaning."""

from html import escape
from html.parser import HTMLParser
from typing import Any, Final

from clicksafely.common.rich_text import sanitise_html

# A block has a `kind`. "p" and "h" have `runs`, and "h" also a `level` from 1, without gaps. "ul" and "ol" have
# `items`, which are lists of blocks. "quote" has `blocks`, and "hr" nothing.
Block = dict[str, Any]
# A run has `text`, `strong`, `em` and `href` (empty: no link). A line break is a run whose text is "\n".
TextRun = dict[str, Any]

_HEADINGS: Final = {"h2": 2, "h3": 3, "h4": 4}
_INLINE: Final = {"strong", "em"}


class _Reader(HTMLParser):
    """Parses cleaned markup, whose elements are known and closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._open: list[list[Block]] = [self.blocks]
        self._lists: list[Block] = []
        self._runs: list[TextRun] | None = None
        self._marks: dict[str, int] = {"strong": 0, "em": 0}
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "p" or tag in _HEADINGS:
            self._begin({"kind": "p"} if tag == "p" else {"kind": "h", "level": _HEADINGS[tag]})
        elif tag in {"ul", "ol"}:
            self._runs = None
            new_list: Block = {"kind": tag, "items": []}
            self._open[-1].append(new_list)
            self._lists.append(new_list)
        elif tag == "li" and self._lists:
            self._runs = None
            item: list[Block] = []
            self._lists[-1]["items"].append(item)
            self._open.append(item)
        elif tag == "blockquote":
            self._runs = None
            quote: Block = {"kind": "quote", "blocks": []}
            self._open[-1].append(quote)
            self._open.append(quote["blocks"])
        elif tag == "hr":
            self._runs = None
            self._open[-1].append({"kind": "hr"})
        elif tag == "br":
            self._say("\n")
        elif tag in _INLINE:
            self._marks[tag] += 1
        elif tag == "a":
            self._href = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" or tag in _HEADINGS:
            self._runs = None
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag in {"li", "blockquote"} and len(self._open) > 1:
            self._open.pop()
            self._runs = None
        elif tag in _INLINE:
            self._marks[tag] -= 1
        elif tag == "a":
            self._href = ""

    def handle_data(self, data: str) -> None:
        text = data if data.strip() else " " * bool(data)
        if self._runs is None and not text.strip():
            return
        self._say(" ".join(part for part in text.splitlines()) if "\n" in text else text)

    def _begin(self, block: Block) -> None:
        block["runs"] = self._runs = []
        self._open[-1].append(block)

    def _say(self, text: str) -> None:
        if self._runs is None:
            self._begin({"kind": "p"})
        assert self._runs is not None  # noqa: S101 - it was just begun
        run = {"text": text, "strong": self._marks["strong"] > 0, "em": self._marks["em"] > 0, "href": self._href}
        self._runs.append(run)


def blocks_of(html: str) -> list[Block]:
    """Return the blocks of a rich text, which is cleaned again."""
    reader = _Reader()
    reader.feed(sanitise_html(html))
    reader.close()
    above: list[int] = []
    for block in reader.blocks:
        if block["kind"] == "h":
            while above and above[-1] >= block["level"]:
                above.pop()
            above.append(block["level"])
            block["level"] = len(above)
    return [block for block in reader.blocks if block.get("runs", True)]


def plain_text_blocks(text: str) -> list[Block]:
    """Plain text as paragraphs, separated at empty lines."""
    parts = (" ".join(part.split()) for part in text.replace("\r", "").split("\n\n"))
    return [{"kind": "p", "runs": [text_run(part)]} for part in parts if part]


def text_run(text: str, *, strong: bool = False) -> TextRun:
    """Return a plain run."""
    return {"text": text, "strong": strong, "em": False, "href": ""}


def render_html(blocks: list[Block], *, level: int) -> str:
    """Return the blocks as HTML, below a heading of `level`."""
    return "".join(_html(block, level) for block in blocks)


def _html(block: Block, level: int) -> str:
    match block["kind"]:
        case "p":
            return f"<p>{_inline(block['runs'])}</p>"
        case "h":
            tag = f"h{min(level + block['level'], 6)}"
            return f"<{tag}>{_inline(block['runs'])}</{tag}>"
        case "ul" | "ol":
            items = "".join(f"<li>{render_html(item, level=level)}</li>" for item in block["items"])
            return f"<{block['kind']}>{items}</{block['kind']}>"
        case "quote":
            return f"<blockquote>{render_html(block['blocks'], level=level)}</blockquote>"
    return "<hr>"


def _inline(runs: list[TextRun]) -> str:
    markup = ""
    for run in runs:
        text = "<br>" if run["text"] == "\n" else escape(run["text"], quote=False)
        text = f"<strong>{text}</strong>" if run["strong"] else text
        text = f"<em>{text}</em>" if run["em"] else text
        markup += f'<a href="{escape(run["href"])}">{text}</a>' if run["href"] else text
    return markup
