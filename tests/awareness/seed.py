"""The seed content for tests: topics with their steps, help lines, games."""

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

from awareness.topics.content import SEED, help_lines
from clicksafely.common.content.schema import content_files, read_checked


class Both(NamedTuple):
    """One text in Serbian (Cyrillic) and English."""

    sr: str
    en: str


class Answer(NamedTuple):
    """The signs and the steps of a topic for one reader."""

    audience: str
    title: Both
    lead: Both
    signs: tuple[Both, ...]
    steps: tuple[Both, ...]


class SeedTopic(NamedTuple):
    """One topic."""

    slug: str
    title: Both
    summary: Both
    do_now: tuple[Both, ...]
    answers: tuple[Answer, ...]
    sources: tuple[Both, ...]


def both(values: dict[str, Any], name: str) -> Both:
    return Both(values[f"{name}_sr"], values[f"{name}_en"])


def lists(values: dict[str, Any], name: str) -> list[tuple[Both, ...]]:
    """The lists of a rich text, with their points in both languages."""
    columns = []
    for text in both(values, name):
        blocks = [block for block in text.strip().split("\n\n") if block.startswith("- ")]
        columns.append([[line.removeprefix("- ") for line in block.split("\n")] for block in blocks])
    return [tuple(Both(*pair) for pair in zip(*points, strict=True)) for points in zip(*columns, strict=True)]


def _answer(values: dict[str, Any]) -> Answer:
    signs, steps, *_others = lists(values, "body")
    return Answer(values["audience"], both(values, "title"), both(values, "lead"), signs, steps)


def _topic(values: dict[str, Any]) -> SeedTopic:
    return SeedTopic(
        values["slug"],
        both(values, "title"),
        both(values, "summary"),
        lists(values, "do_now")[0],
        tuple(map(_answer, values["answers"])),
        lists(values, "sources")[0],
    )


TOPICS: Final = tuple(_topic(document.data) for document in read_checked(content_files(SEED / "topics" / "topics")))
HELP_LINES: Final = help_lines()


def game_documents() -> list[dict[str, Any]]:
    """The games, by file name."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(Path(SEED / "games").glob("*.json"))]
