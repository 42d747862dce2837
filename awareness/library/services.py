"""Services that save and delete resources, add and remove files, and count downloads."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from awareness.library.models import DownloadCount, Resource, ResourceFile
from awareness.library.storage import delete_file
from awareness.library.thumbnails import discard_cover, make_cover
from awareness.library.upload_validation import Checked
from awareness.publishing.services import delete_record, save_record
from awareness.topics.models import Topic
from clicksafely.common.audit.audit_log import record as record_event
from clicksafely.common.page_cache import content_version
from clicksafely.common.rich_text import sanitise_html

RICH_TEXTS = ("description", "use_in_class")


def rich_text_columns() -> list[str]:
    """Return the rich text columns of a resource."""
    return [f"{field}_{code}" for field in RICH_TEXTS for code in ("sr", "en")]


def save_resource(
    *,
    record: Resource,
    topics: Iterable[Topic],
    parts: Iterable[Resource],
    actor: AbstractBaseUser,
    now: datetime,
    attach: Callable[[], object] = lambda: None,
) -> None:
    """Sanitise the rich text, and save `record` with its topics and parts. Raises EditConflict like `save_record`.

    `attach` runs after the record has a primary key, and adds files to the same version.
    """
    for column in rich_text_columns():
        setattr(record, column, sanitise_html(getattr(record, column) or ""))

    def relate() -> None:
        record.topics.set(topics)
        record.parts.set(parts)
        attach()

    save_record(record=record, actor=actor, now=now, parts=relate)


def delete_resource(*, record: Resource, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete `record` and all its files, including removed ones. Contents are erased after the commit."""
    files = list(ResourceFile.objects.filter(resource=record))
    with transaction.atomic():
        delete_record(record=record, actor=actor, now=now)
        for file in files:
            transaction.on_commit(partial(delete_file, file))
            transaction.on_commit(partial(discard_cover, file))


def add_file(
    *,
    resource: Resource,
    checked: Checked,
    labels: Mapping[str, str],
    language: str,
    order: int,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> ResourceFile:
    """Add a checked file to `resource`. `labels` by written language ("sr", "en"); `language` is a ResourceLanguage or "".

    `actor` is None for the content loader, whose files are not in the audit trail.
    Raises IntegrityError if the resource has a file with that name.
    """
    file = ResourceFile(
        resource=resource,
        uuid=checked.stored.uuid,
        name=checked.name,
        label_sr=labels.get("sr", ""),
        label_en=labels.get("en", ""),
        language=language,
        media_type=checked.media_type,
        size=checked.stored.size,
        sha256=checked.stored.sha256,
        pages=checked.pages,
        has_preview=checked.has_preview,
        order=order,
        added_at=now,
    )
    if actor is None:
        file.save()
    else:
        save_record(record=file, actor=actor, now=now)
    if file.has_preview:
        make_cover(file)
    return file


def remove_file(*, file: ResourceFile, actor: AbstractBaseUser | None, now: datetime) -> None:
    """Hide a file of a resource. An older version that contains it can restore it."""
    with transaction.atomic():
        ResourceFile.present.filter(pk=file.pk).update(removed_at=now)
        content_version.bump()
        record_event(action="library.resourcefile.deleted", subject=file, actor=actor, now=now)


def count_download(*, files: Collection[int], now: datetime) -> None:
    """Add one download on the day (Belgrade time) of `now` to each file. One statement; stores no data about users."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO library_downloadcount (file_id, day, count) SELECT id, %s, 1 FROM library_resourcefile WHERE id = ANY(%s)"
            " ORDER BY id ON CONFLICT (file_id, day) DO UPDATE SET count = library_downloadcount.count + 1",
            [timezone.localtime(now).date(), list(files)],
        )


def recount_uses() -> int:
    """Update `Resource.uses` from the daily counts. Return the number of changed resources."""
    summed = (
        DownloadCount.objects.filter(file__resource=OuterRef("pk"))
        .order_by()
        .values("file__resource")
        .annotate(sum=Sum("count"))
        .values("sum")
    )
    stale = (
        Resource.objects.annotate(counted=Coalesce(Subquery(summed), 0))
        .exclude(counted=F("uses"))
        .only("pk")
        .order_by()
    )
    changed: list[Any] = list(stale)
    for resource in changed:
        Resource.objects.filter(pk=resource.pk).update(uses=resource.counted)
    return len(changed)
