"""Converts Markdown of content files to HTML: headings (`##`, `###`), lists (`-`) and paragraphs, separated by blank lines."""

from html import escape


def to_html(text: str) -> str:
    """Return HTML in the form produced by the editor. Inline markup is not supported."""
    return "".join(_block(block.split("\n")) for block in text.strip().split("\n\n")) if text.strip() else ""


def _block(lines: list[str]) -> str:
    if lines[0].startswith("- "):
        items = "".join(f"<li><p>{escape(line.removeprefix('- '), quote=False)}</p></li>" for line in lines)
        return f"<ul>{items}</ul>"
    for marks, tag in (("## ", "h2"), ("### ", "h3")):
        if lines[0].startswith(marks):
            return f"<{tag}>{escape(lines[0].removeprefix(marks), quote=False)}</{tag}>"
    return f"<p>{escape(' '.join(lines), quote=False)}</p>"
