"""The writes of the library: a resource is saved with its topics, gets and loses files, is downloaded."""

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
    """Those of a resource's columns that hold rich text."""
    return [f"{field}_{code}" for field in RICH_TEXTS for code in ("sr", "en")]


def save_resource(
    *,
    record: Resource,
    topics: Iterable[Topic],
    parts: Iterable[Resource],
    actor: AbstractBaseUser,
    now: datetime,
    opened: int | None = None,
    attach: Callable[[], object] = lambda: None,
) -> None:
    """Save `record` with its topics and parts; its rich text is cleaned. Raises ChangedMeanwhile as `save_record` does.

    `attach` gives it files once it has a key: they are in the same version.
    """
    for column in rich_text_columns():
        setattr(record, column, sanitise_html(getattr(record, column) or ""))

    def relate() -> None:
        record.topics.set(topics)
        record.parts.set(parts)
        attach()

    save_record(record=record, actor=actor, now=now, opened=opened, parts=relate)


def delete_resource(*, record: Resource, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete `record` and its files, also those that were taken away before; they leave the disk when that is certain."""
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
    order: int,
    actor: AbstractBaseUser,
    now: datetime,
) -> ResourceFile:
    """Give `resource` a file that was checked. `labels` by written language ("sr", "en"). Raises IntegrityError where it has one of that name."""
    file = ResourceFile(
        resource=resource,
        uuid=checked.stored.uuid,
        name=checked.name,
        label_sr=labels.get("sr", ""),
        label_en=labels.get("en", ""),
        media_type=checked.media_type,
        size=checked.stored.size,
        sha256=checked.stored.sha256,
        pages=checked.pages,
        has_preview=checked.has_preview,
        order=order,
        added_at=now,
    )
    save_record(record=file, actor=actor, now=now)
    if file.has_preview:
        make_cover(file)
    return file


def remove_file(*, file: ResourceFile, actor: AbstractBaseUser, now: datetime) -> None:
    """Take a file away from its resource: nobody gets it any more, and a version that names it can bring it back."""
    with transaction.atomic():
        ResourceFile.present.filter(pk=file.pk).update(removed_at=now)
        content_version.bump()
        record_event(action="library.resourcefile.deleted", subject=file, actor=actor, now=now)


def count_download(*, files: Collection[int], now: datetime) -> None:
    """Each of these files was downloaded once more on the day (Belgrade) of `now`. One statement; nothing about who did."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO library_downloadcount (file_id, day, count) SELECT id, %s, 1 FROM library_resourcefile WHERE id = ANY(%s)"
            " ORDER BY id ON CONFLICT (file_id, day) DO UPDATE SET count = library_downloadcount.count + 1",
            [timezone.localtime(now).date(), list(files)],
        )


def recount_uses() -> int:
    """Bring `Resource.uses` up to date with the counts; returns how many resources changed."""
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
