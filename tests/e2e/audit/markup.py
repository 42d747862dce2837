"""Validates pages with the Nu Html Checker."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.audit.installing import validator

# Files for one process: starting it takes a second, more files need more memory.
AT_ONCE = 400


def validate(pages: Mapping[str, str], *, tools: Path, folder: Path) -> dict[str, list[tuple[str, str]]]:
    """{page: [(rule, where)]} of `pages` ({name: HTML}), which are written into `folder`. Raises CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    names: dict[str, str] = {}
    for name, html in pages.items():
        file = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.html"
        file.write_text(html)
        names[str(file)] = name
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in pages}
    files = list(names)
    for start in range(0, len(files), AT_ONCE):
        for message in _messages(tools, files[start : start + AT_ONCE]):
            extract = " ".join(str(message.get("extract", "")).split())[:160]
            name = names[urlsplit(message["url"]).path]
            found[name].append((message["type"], f"{message['message']} {extract}"))
    return found


def _messages(tools: Path, files: list[str]) -> list[dict[str, Any]]:
    command = [*validator(tools), "--format", "json", "--stdout", "--exit-zero-always", "--no-langdetect", *files]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    messages: list[dict[str, Any]] = json.loads(result.stdout)["messages"]
    # The checker does not know hashes of a content security policy; the browser checks cover them.
    # "info" without a subtype is a remark on style, such as a slash at the end of a void element.
    return [
        message
        for message in messages
        if (message["type"] != "info" or message.get("subType") == "warning")
        and "violates Content Security Policy" not in message["message"]
    ]
