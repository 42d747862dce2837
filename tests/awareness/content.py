"""All texts in the repository: seed and demonstration content, code, templates, the Serbian catalogue, documents."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from babel.messages.catalog import Message
from django.conf import settings

from clicksafely.common.content.files import read_document
from clicksafely.common.content.schema import content_files
from clicksafely.common.i18n.message_catalogues import read_catalogue

BASE: Final = Path(settings.BASE_DIR)
APPS: Final = ("awareness", "clicksafely", "hotline", "youthpanel")
CATALOGUE: Final = BASE / "locale" / "sr" / "LC_MESSAGES" / "django.po"
# The only source of numbers, hours and cost.
SOURCE: Final = BASE / "awareness" / "seed" / "topics" / "help_lines.yaml"
# Search words of visitors.
SEARCH_WORDS: Final = (
    BASE / "awareness" / "seed" / "search" / "synonyms.yaml",
    BASE / "awareness" / "pages" / "static_pages.py",
)
TAG: Final = re.compile(r"\{[%#].*?[%#]\}|<[^>]*>", re.DOTALL)


class Text(NamedTuple):
    """One text with its location."""

    where: str
    text: str


@cache
def texts() -> tuple[Text, ...]:
    """All texts except the source of help lines and the search words."""
    found = [*_code(), *_data(), *_templates(), *_catalogue(), *_documents()]
    return tuple(text for text in found if re.search(r"[^\W\d_]", text.text))


def _code() -> Iterator[Text]:
    for app in APPS:
        for path in sorted((BASE / app).rglob("*.py")):
            if path not in SEARCH_WORDS:
                for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield Text(f"{path.relative_to(BASE)}:{node.lineno}", node.value)


def _data() -> Iterator[Text]:
    for app in APPS:
        for folder in ("seed", "demo"):
            for path in content_files(BASE / app / folder):
                if path not in {SOURCE, *SEARCH_WORDS}:
                    for text in strings_in(without_search_words(read_document(path).data)):
                        yield Text(str(path.relative_to(BASE)), text)


def without_search_words(data: Any) -> Any:
    """Return parsed JSON or YAML without the search words of a record, which visitors type as they like."""
    if isinstance(data, dict):
        return {key: value for key, value in data.items() if not str(key).startswith("keywords_")}
    return data


def strings_in(data: Any) -> Iterator[str]:
    """Every string of parsed JSON or YAML."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from strings_in(value)


def _templates() -> Iterator[Text]:
    """The text of a template outside of translated messages."""
    for path in sorted((BASE / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".typ"}:
            for line in TAG.sub("\n", path.read_text("utf-8")).splitlines():
                yield Text(str(path.relative_to(BASE)), line.strip())


def _catalogue() -> Iterator[Text]:
    for message in read_catalogue(CATALOGUE):
        if message.id and not _describes_search(message):
            for text in (message.id, message.string):
                for form in (text,) if isinstance(text, str) else text:
                    yield Text(f"django.po:{message.lineno}", form)


def _describes_search(message: Message) -> bool:
    return {BASE / place for place, _line in message.locations} <= set(SEARCH_WORDS)


def _documents() -> Iterator[Text]:
    for path in [*sorted((BASE / "docs").rglob("*.md")), *sorted(BASE.glob("*.md"))]:
        for line in path.read_text("utf-8").splitlines():
            yield Text(str(path.relative_to(BASE)), line)


def sentences(text: str) -> list[str]:
    """The sentences of the text."""
    return re.split(r"(?<=[.!?…])[”“\"]?\s+", text)
