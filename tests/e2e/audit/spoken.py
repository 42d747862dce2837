"""Checks the accessibility tree of a page: controls and landmarks have names, landmarks of one role have different ones."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import CDPSession, Page

# Roles that screen readers announce by their name.
NAMED = frozenset(
    {
        "button", "checkbox", "combobox", "dialog", "heading", "image", "img", "link", "listbox", "meter", "progressbar", "radio",
        "searchbox", "slider", "spinbutton", "switch", "tab", "textbox", "video", "audio",
    }
)  # fmt: skip
# Landmarks: two of one role need different names.
PLACES = frozenset({"banner", "complementary", "contentinfo", "main", "navigation", "region", "search"})


def faults(page: Page) -> list[tuple[str, str]]:
    """Return (rule, element) of the open page."""
    session = page.context.new_cdp_session(page)
    try:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        found = [
            *(("has no name", node) for node in nodes if _role(node) in NAMED and not _name(node)),
            *(("named like another", node) for node in _alike(nodes)),
        ]
        return [(rule, f"{_role(node)} {_html(session, node)}") for rule, node in found]
    finally:
        session.detach()


def _role(node: dict[str, Any]) -> str:
    return "" if node["ignored"] else str(node.get("role", {}).get("value", ""))


def _name(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


def _alike(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    seen: set[tuple[str, str]] = set()
    for node in nodes:
        place = _role(node), _name(node)
        if place[0] in PLACES:
            if place in seen:
                yield node
            seen.add(place)


def _html(session: CDPSession, node: dict[str, Any]) -> str:
    html = session.send("DOM.getOuterHTML", {"backendNodeId": node["backendDOMNodeId"]})["outerHTML"]
    return str(html)[:200]
