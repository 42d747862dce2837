"""What a page carries and shows, read off its HTML."""

import re
from html import unescape


def hidden_field(html: str, name: str) -> str | None:
    """The value of a hidden field; None where there is none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return unescape(found[1]) if found else None


def receipt_on(html: str) -> str:
    """The receipt that a page shows; empty where it shows none."""
    shown = re.search(r'<p class="receipt"[^>]*>(.*?)</p>', html, re.DOTALL)
    return "".join(re.findall(r"<span>(\w{4})</span>", shown[1])) if shown else ""
