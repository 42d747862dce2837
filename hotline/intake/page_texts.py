"""Texts and addresses of the report pages that supervisors edit: the sentence about a child's own picture, the quick exit."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.db import transaction
from django.http import HttpRequest

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.content.schema import read_data
from clicksafely.common.page_cache import content_version
from clicksafely.common.page_cache.list_cache import CachedList
from hotline.content import SEED
from hotline.models import PageTextKey, ReportPageText


def _stored() -> list[ReportPageText]:
    return list(ReportPageText.objects.all())


@cache
def seeded_texts() -> dict[str, ReportPageText]:
    """Return the texts of the seed content by their place. Raises ContentError."""
    return {row["key"]: ReportPageText(**row) for row in read_data(SEED / "report_page_texts.yaml")}


cached_page_texts = CachedList(_stored)


def page_text(request: HttpRequest, key: PageTextKey) -> ReportPageText:
    """Return the text for a place. While the database is down or has no such row, return the last one or that of the seed."""
    stored = {row.key: row for row in cached_page_texts.during(request)}
    return stored[key] if key in stored else seeded_texts()[key]


def save_page_text(*, entry: ReportPageText, actor: User, now: datetime, changed: Iterable[str]) -> None:
    """Store a changed text, validated by its form; `changed` are the names of the fields."""
    with transaction.atomic():
        entry.save()
        audit_log.record(
            action="report_page_text.changed", subject=entry, actor=actor, now=now, data={"fields": sorted(changed)}
        )
        content_version.bump()
