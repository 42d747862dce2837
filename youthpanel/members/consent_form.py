"""The text of the consent form on paper, from `consent_form.yaml`."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from clicksafely.common.content.files import read_document
from clicksafely.common.i18n.language import ENGLISH
from youthpanel.members.retention import RETENTION_DAYS


@cache
def consent_form(giver: Literal["guardian", "member"], language: str) -> dict[str, Any]:
    """Return the form for a giver in a language of LANGUAGES, with the texts as strings. Serbian is in Cyrillic in both scripts."""
    written = "en" if language == ENGLISH else "sr"
    found: dict[str, Any] = _in_language(read_document(Path(__file__).with_suffix(".yaml")).data[giver], written)
    return found


def _in_language(node: Any, code: str) -> Any:
    if isinstance(node, list):
        return [_in_language(each, code) for each in node]
    if isinstance(node, dict):
        if set(node) == {"sr", "en"}:
            return node[code].replace("{days}", str(RETENTION_DAYS))
        return {key: _in_language(each, code) for key, each in node.items()}
    return node
