"""The games that the portal is founded with: documents in the format of `exchange`, loaded by a migration."""

import json
from pathlib import Path
from typing import Any


def documents() -> list[dict[str, Any]]:
    """Each as it lies in this folder, by name."""
    files = sorted(Path(__file__).parent.glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]
