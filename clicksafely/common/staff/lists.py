"""Lists of the staff site that stay fast on a million rows, and the base of those that change nothing."""

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, cast

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.serbian.search_folding import fold

TRIGRAM = 3
# Of a search; who pastes a sentence has found it by then.
MAX_SEARCH_WORDS = 8
# Nobody pages further than this; who looks for something older filters or searches.
MAX_ROWS = 2000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts, and pages through, the first `MOST_ROWS` rows only: a full count or a far offset reads the whole table."""

    @cached_property
    def count(self) -> int:
        rows = cast("models.QuerySet[models.Model]", self.object_list)
        # Their keys alone: what is read with them for each row is left out.
        return rows.order_by().values("pk")[:MAX_ROWS].count()


@cache
def yes_or_no(field: "models.BooleanField[Any, Any]") -> Callable[[Any], str]:
    """Return a column of a list, or a read-only field of a form, that shows a flag in words. The alternative texts of Django's icons are English in all languages."""

    @admin.display(description=field.verbose_name, ordering=field.name)
    def column(row: Any) -> str:
        return _("Yes") if getattr(row, field.name) else _("No")

    column.__name__ = field.name
    return column


class FixedOrderChangeList(ChangeList):
    """A list in its own order, whatever an address asks for."""

    def get_ordering_field(self, field_name: Callable[..., Any] | str) -> None:
        return None


class FoldedSearchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list searched in either script, with or without diacritics, through the column `folded`: a space and what `clicksafely_fold` makes of its texts.

    The migration that adds the column gives it an index of trigrams. A word of one or two letters has none of its own, so it is looked for
    where a word begins.
    """

    def get_search_results(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]", search_term: str
    ) -> tuple["models.QuerySet[Any]", bool]:
        """The rows with every word."""
        quoted = ".".join(connection.ops.quote_name(name) for name in (self.model._meta.db_table, "folded"))
        # No field of the model: Django's checks would ask the server whether it has computed columns.
        column = RawSQL(quoted, (), output_field=models.TextField())  # noqa: S611 - made of nothing that anybody typed
        found = queryset.alias(folded=column)
        for word in fold(search_term).split()[:MAX_SEARCH_WORDS]:
            found = found.filter(folded__contains=word if len(word) >= TRIGRAM else f" {word}")
        return found, False


class TitledPagesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages headed by what they show, for Django's "Change ..." does not decline in Serbian."""

    # Where there is none the audit trail is the only one, and no link leads to an empty page.
    has_history: ClassVar[bool] = False

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Flags in words."""
        flags = {field.name: field for field in self.opts.fields if isinstance(field, models.BooleanField)}
        return [yes_or_no(flags[name]) if name in flags else name for name in super().get_list_display(request)]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Headed by what it lists."""
        title = capfirst(self.model._meta.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Headed by what it shows."""
        title = capfirst(self.model._meta.verbose_name) if object_id else _("New entry")
        context = {"title": title, "has_no_history": not self.has_history, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Headed by what it is; whose it is stands above it, as it was typed."""
        return super().history_view(request, object_id, {"title": _("History"), **(extra_context or {})})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with them; rows that only tie two records together have no name that a person knows."""
        named, counts, lacking, protected = super().get_deleted_objects(objs, request)
        ties = {
            str(model._meta.verbose_name_plural)
            for model in apps.get_models(include_auto_created=True)
            if model._meta.auto_created
        }
        return named, {name: number for name, number in counts.items() if str(name) not in ties}, lacking, protected


class StaffModelAdmin(RolePermissionsMixin, TitledPagesAdmin):
    """The base of all admin classes but those of accounts: their permissions are duties."""


class UnloggedAdmin(StaffModelAdmin):
    """For what may name somebody who is to be forgotten: Django's own log would keep the titles of records. The services have recorded what was done."""

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Nothing."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Nothing."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Nothing."""


class ReadOnlyAdmin(StaffModelAdmin):
    """A list and a page to look at; services are the only writers."""

    paginator = CappedPaginator
    empty_value_display = ""
    show_full_result_count = False
    # The figures beside the filters would count the table once for each of them.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    ordering = ["-id"]
    # Any other order would have to sort the whole table.
    sortable_by = ()
    actions: list[Any] = []

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return FixedOrderChangeList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
