"""Seed content: help lines, picture removal services, topics; the draft topics of a demonstration."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import models

from awareness.publishing.services import save_record
from awareness.topics.models import Topic
from clicksafely.common.checks import Rule
from clicksafely.common.content.files import Document, Place
from clicksafely.common.content.loader import ContentKind, Part, read_rows
from clicksafely.common.content.schema import find_problems, read_data

SEED: Final = settings.BASE_DIR / "awareness" / "seed"
DEMO: Final = settings.BASE_DIR / "awareness" / "demo"
LANGUAGES: Final = ("sr", "en")
HELP_LINES: Final = SEED / "topics" / "help_lines.yaml"
REMOVAL_SERVICES: Final = SEED / "topics" / "removal_services.yaml"
BUILT_IN: Final = settings.BASE_DIR / "awareness" / "topics" / "built_in.yaml"
SINCE: Final = datetime(2026, 1, 1, tzinfo=UTC)
# Saving a record moves others, and editors choose the places.
PLACE: Final = frozenset({"order"})


def publish_loaded(row: models.Model, write_parts: Callable[[], None], now: datetime) -> None:
    """Save a public record changed by the loader."""
    save_record(record=row, actor=None, now=now, parts=write_parts)


def published(position: int, values: dict[str, Any]) -> dict[str, Any]:
    """Publication dates of a seed record, the same for every position."""
    return {"published_at": SINCE, "changed_at": SINCE}


def _created_topic(position: int, values: dict[str, Any]) -> dict[str, Any]:
    return {"changed_at": SINCE} if values.get("needs_approval") else published(position, values)


def _read_topic(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield the topic of a file.

    `draft` means that the text is not approved. An empty `checked_on` means that it was not checked.
    """
    values = dict(document.data)
    if values.pop("draft", False):
        values["needs_approval"] = True
    if day := values.pop("checked_on", None):
        values["checked_on"] = date.fromisoformat(str(day))
    yield (), values


def _with_day(row: dict[str, Any]) -> dict[str, Any]:
    """Convert the day of the check. An empty day is a value, so that a row which an editor has checked counts as edited."""
    return row | {"checked_on": date.fromisoformat(row["checked_on"]) if row["checked_on"] else None}


def _read_checked_rows(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    for place, row in read_rows(document):
        yield place, _with_day(row)


def help_lines() -> list[dict[str, Any]]:
    """Return the help lines of the seed content. Raises ContentError."""
    return list(map(_with_day, read_data(HELP_LINES)))


def removal_services() -> list[dict[str, Any]]:
    """Return the removal services of the seed content. Raises ContentError."""
    return list(map(_with_day, read_data(REMOVAL_SERVICES)))


def built_in_rows(kind: str) -> list[dict[str, Any]]:
    """Return the rows shown if the file of `kind` ("help_lines", "removal_services") is damaged. Raises ContentError."""
    rows: list[dict[str, Any]] = read_data(BUILT_IN)[kind]
    return rows


def publish_drafts(now: datetime) -> Iterator[tuple[int, int]]:
    """Publish the topics that are not approved, for a demonstration. Their pages say that they are drafts."""
    drafts = list(Topic.objects.filter(needs_approval=True, published_at=None))
    for number, topic in enumerate(drafts, 1):
        topic.published_at = now
        save_record(record=topic, actor=None, now=now)
        yield number, len(drafts)


RULES: Final = (
    Rule(
        id="topics.E101",
        problems=lambda: find_problems(HELP_LINES, REMOVAL_SERVICES, BUILT_IN),
        hint="Correct the line, or restore the file of the release.",
    ),
)

KINDS: Final = (
    ContentKind(
        model="topics.helpline",
        files=HELP_LINES,
        key=("slug",),
        read=_read_checked_rows,
        update=publish_loaded,
        once=PLACE,
    ),
    ContentKind(
        model="topics.removalservice",
        files=REMOVAL_SERVICES,
        key=("slug",),
        read=_read_checked_rows,
        update=publish_loaded,
        once=PLACE,
    ),
    ContentKind(
        model="topics.topic",
        files=SEED / "topics" / "topics",
        key=("slug",),
        read=_read_topic,
        rich_text=frozenset({"do_now", "law", "sources"}),
        parts={"answers": Part(key="audience", rich_text=frozenset({"body"}))},
        created=_created_topic,
        update=publish_loaded,
        once=PLACE,
    ),
)
