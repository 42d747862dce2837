"""Filters of the staff lists of publications."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from awareness.publishing.models import Draft, PublicationState
from awareness.publishing.selectors import checks_due, open_drafts


class PublicationStateFilter(admin.SimpleListFilter):
    """Filter by the current publication state."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(PublicationState.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        match self.value():
            case PublicationState.DRAFT:
                return queryset.filter(published_at=None)
            case PublicationState.SCHEDULED:
                return queryset.filter(published_at__gt=now)
            case PublicationState.PUBLISHED:
                return queryset.visible(now)  # type: ignore[attr-defined, no-any-return]
            case PublicationState.WITHDRAWN:
                return queryset.filter(withdrawn_at__lte=now)
        return queryset


class CheckedFilter(admin.SimpleListFilter):
    """Filter by the day on which the sources of a record were checked."""

    title = gettext_lazy("sources")
    parameter_name = "checked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("due", gettext_lazy("due for a check")), ("never", gettext_lazy("never checked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "due":
                return queryset.filter(checks_due(queryset.model, timezone.now()))
            case "never":
                return queryset.filter(checked_on=None)
        return queryset


class DraftFilter(admin.SimpleListFilter):
    """Filter by drafts of published records."""

    title = gettext_lazy("draft")
    parameter_name = "draft"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [
            ("yes", gettext_lazy("has a draft")),
            ("open", gettext_lazy("has a draft that is not scheduled")),
            ("refused", gettext_lazy("draft could not be published")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        drafts = Draft.objects.filter(kind=queryset.model._meta.label_lower)
        match self.value():
            case "yes":
                return queryset.filter(pk__in=drafts.values("object_id"))
            case "open":
                return queryset.filter(pk__in=open_drafts(queryset.model).values("object_id"))
            case "refused":
                return queryset.filter(pk__in=drafts.exclude(refused_at=None).values("object_id"))
        return queryset
