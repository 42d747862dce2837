"""The modules that each file of the portal imports."""

import ast
from functools import cache
from pathlib import Path

from tests.servers import BASE_DIR


@cache
def trees() -> dict[str, ast.Module]:
    """Return the syntax trees of all files of the portal by their paths."""
    return {
        str(path.relative_to(BASE_DIR)): ast.parse(path.read_text())
        for folder in ("clicksafely", "awareness", "hotline", "youthpanel")
        for path in Path(BASE_DIR / folder).rglob("*.py")
    }


@cache
def imported(path: str) -> frozenset[str]:
    """Return the full names of the modules and objects that a file imports."""
    names: set[str] = set()
    for node in ast.walk(trees()[path]):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)
