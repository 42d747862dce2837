"""Counts of publications by state and by the check of their sources, and lookup of former slugs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from awareness.publishing.models import CheckedRecord, Draft, FormerSlug, Publication
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.serbian.alphabet import page_order

# Permission to see the report of sources, which has only kinds that the user may change.
CHECK_SOURCES: Final = "topics.change_topic"
# Sources are read again after this time.
CHECK_INTERVAL: Final = timedelta(days=365)
SHORT_CHECK_INTERVAL: Final = timedelta(days=183)


def checks_due(model: type[CheckedRecord], now: datetime) -> Q:
    """Return the condition that the sources of a record were not checked within its interval."""
    today = localdate(now)
    due = Q(checked_on=None) | Q(checked_on__lt=today - CHECK_INTERVAL)
    return due | model.often_checked & Q(checked_on__lt=today - SHORT_CHECK_INTERVAL)


def open_drafts(model: type[Publication]) -> "QuerySet[Draft]":
    """Return the drafts of published records that have no time of publication."""
    return Draft.objects.filter(kind=model._meta.label_lower, publish_at=None)


@dataclass(frozen=True)
class ContentCounts:
    """Counts of one kind of publication, with the path of its admin list.

    `drafts` were never published; `with_draft` have a draft beside the published text. Of these, `undated` drafts have no time of
    publication, and `refused` ones could not be published at theirs. `unchecked` have sources that are due for a check.
    """

    model: type[Publication]
    label: str
    path: str
    drafts: int
    scheduled: int
    published: int
    only_serbian: int
    with_draft: int
    undated: int
    refused: int
    unchecked: int


def count_content(user: AbstractBaseUser | AnonymousUser | PermissionsMixin, now: datetime) -> Sequence[ContentCounts]:
    """Return the counts of each kind that the user may change, ordered by name. One query each."""
    found = []
    for model in apps.get_models():
        if not issubclass(model, Publication):
            continue
        meta = model._meta
        if not has_role_permission(user, f"{meta.app_label}.change_{meta.model_name}"):
            continue
        shown = Q(published_at__lte=now) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=now))
        stored_drafts = Draft.objects.filter(kind=meta.label_lower)
        numbers = model.objects.aggregate(
            drafts=Count("pk", filter=Q(published_at=None)),
            scheduled=Count("pk", filter=Q(published_at__gt=now)),
            published=Count("pk", filter=shown),
            only_serbian=Count("pk", filter=shown & (Q(title_en=None) | Q(title_en=""))),
            with_draft=Count("pk", filter=Q(pk__in=stored_drafts.values("object_id"))),
            undated=Count("pk", filter=Q(pk__in=open_drafts(model).values("object_id"))),
            unchecked=Count("pk", filter=checks_due(model, now) if issubclass(model, CheckedRecord) else Q(pk__in=())),
            refused=Count("pk", filter=Q(pk__in=stored_drafts.exclude(refused_at=None).values("object_id"))),
        )
        path = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        found.append(ContentCounts(model, str(meta.verbose_name_plural).capitalize(), path, **numbers))
    return sorted(found, key=lambda kind: page_order(kind.label))


def content_counts(user: Any, now: datetime) -> Sequence[ContentCounts]:
    """Return the result of `count_content`, cached on the user object."""
    if not hasattr(user, "_content_counts"):
        user._content_counts = count_content(user, now)
    counts: Sequence[ContentCounts] = user._content_counts
    return counts


def checked_models(user: AbstractBaseUser | AnonymousUser | PermissionsMixin) -> list[type[CheckedRecord]]:
    """Return the models with checked sources whose records the user may change, ordered by name."""
    found = [
        model
        for model in apps.get_models()
        if issubclass(model, CheckedRecord)
        and has_role_permission(user, f"{model._meta.app_label}.change_{model._meta.model_name}")
    ]
    return sorted(found, key=lambda model: page_order(str(model._meta.verbose_name_plural)))


def records_due_for_check(model: type[CheckedRecord], now: datetime) -> list[CheckedRecord]:
    """Return the records of a model that are due for a check, those never checked first, then by day. One query."""
    rows = model._default_manager.filter(checks_due(model, now))
    return list(rows.order_by(F("checked_on").asc(nulls_first=True), "pk"))


def present_slug[Row: Publication](model: type[Row], former: str) -> str | None:
    """Return the current slug of the record with the former slug `former`; None if there is none."""
    found = FormerSlug.objects.filter(kind=model._meta.label_lower, slug=former).values_list("object_id")
    record = model._default_manager.filter(pk__in=found).first()
    return record.slug if record else None
