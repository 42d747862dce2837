"""Rich text of content files: headings (`###`), lists (`-`) and paragraphs of Markdown, divided by empty lines."""

from django.utils.html import escape


def to_html(text: str) -> str:
    """The HTML that an editor would have written. Nothing inside a line is marked up."""
    return "".join(_block(block.split("\n")) for block in text.strip().split("\n\n")) if text.strip() else ""


def _block(lines: list[str]) -> str:
    if lines[0].startswith("- "):
        items = "".join(f"<li><p>{escape(line.removeprefix('- '))}</p></li>" for line in lines)
        return f"<ul>{items}</ul>"
    if lines[0].startswith("### "):
        return f"<h3>{escape(lines[0].removeprefix('### '))}</h3>"
    return f"<p>{escape(' '.join(lines))}</p>"
