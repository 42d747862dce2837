"""Seed content: help lines, picture removal services, topics."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.db import models

from awareness.publishing.services import save_record
from clicksafely.common.content.files import read_document
from clicksafely.common.content.loader import ContentKind, Part

SEED: Final = settings.BASE_DIR / "awareness" / "seed"
DEMO: Final = settings.BASE_DIR / "awareness" / "demo"
LANGUAGES: Final = ("sr", "en")
SINCE: Final = datetime(2026, 1, 1, tzinfo=UTC)


def publish_loaded(row: models.Model, write_parts: Callable[[], None], now: datetime) -> None:
    """Save a public record changed by the loader."""
    save_record(record=row, actor=None, now=now, parts=write_parts)


def published(position: int) -> dict[str, Any]:
    """Publication dates of a seed record, the same for every position."""
    return {"published_at": SINCE, "changed_at": SINCE}


def help_lines() -> list[dict[str, Any]]:
    """The help lines of the seed content, for pages without a database."""
    rows: list[dict[str, Any]] = read_document(SEED / "topics" / "help_lines.yaml").data
    return rows


def removal_services() -> list[dict[str, Any]]:
    """The removal services of the seed content, for pages without a database."""
    rows: list[dict[str, Any]] = read_document(SEED / "topics" / "removal_services.yaml").data
    return rows


KINDS: Final = (
    ContentKind(
        model="topics.helpline", files=SEED / "topics" / "help_lines.yaml", key=("slug",), update=publish_loaded
    ),
    ContentKind(
        model="topics.removalservice",
        files=SEED / "topics" / "removal_services.yaml",
        key=("slug",),
        update=publish_loaded,
    ),
    ContentKind(
        model="topics.topic",
        files=SEED / "topics" / "topics",
        key=("slug",),
        rich_text=frozenset({"do_now", "sources"}),
        parts={"answers": Part(key="audience", rich_text=frozenset({"body"}))},
        created=published,
        update=publish_loaded,
    ),
)
