"""Reads values from the HTML of a page."""

import re
from html import unescape


def hidden_field(html: str, name: str) -> str | None:
    """Return the value of a hidden field; None if it does not exist."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return unescape(found[1]) if found else None


def receipt_on(html: str) -> str:
    """Return the receipt shown on a page; empty if there is none."""
    receipt = re.search(r'<p class="receipt"[^>]*>(.*?)</p>', html, re.DOTALL)
    return "".join(re.findall(r"<span>(\w{4})</span>", receipt[1])) if receipt else ""
