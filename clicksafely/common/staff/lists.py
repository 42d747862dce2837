"""Base classes of staff lists that stay fast on a million rows, and of read-only admins."""

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, Final, cast

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.serbian.search_folding import fold
from clicksafely.common.staff.date_fields import DATE_FIELDS

# Template of an inline whose rows fold to one line each. `open_rows` of the inline is the number of open rows of a new record, 1 by
# default.
FOLDED_INLINE: Final = "staff/forms/folded_inline.html"
TRIGRAM = 3
# Maximum length of a search; enough for a pasted sentence.
MAX_SEARCH_WORDS = 8
# Paging ends here; older rows are found by filters or search.
MAX_ROWS = 2000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts, and pages through, only the first `MAX_ROWS` rows: a full count or a large offset reads the whole table."""

    @cached_property
    def count(self) -> int:
        rows = cast("models.QuerySet[models.Model]", self.object_list)
        # Primary keys only, without the related objects of each row.
        return rows.order_by().values("pk")[:MAX_ROWS].count()


@cache
def yes_or_no(field: "models.BooleanField[Any, Any]") -> Callable[[Any], str]:
    """Return a list column or read-only form field that shows a flag in words.

    The alternative texts of Django's icons are always in English.
    """

    @admin.display(description=field.verbose_name, ordering=field.name)
    def column(row: Any) -> str:
        return _("Yes") if getattr(row, field.name) else _("No")

    column.__name__ = field.name
    return column


class FixedOrderChangeList(ChangeList):
    """A list with a fixed order that ignores the URL's."""

    def get_ordering_field(self, field_name: Callable[..., Any] | str) -> None:
        return None


class FoldedSearchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list searched in either script, with or without diacritics, through the column `folded`.

    The column contains a space and the texts as folded by `clicksafely_fold`.

    The migration that adds the column creates a trigram index. A word of one or two letters has no trigram, so only starts of words match
    it.
    """

    def get_search_results(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]", search_term: str
    ) -> tuple["models.QuerySet[Any]", bool]:
        """Return the rows that contain every word."""
        quoted = ".".join(connection.ops.quote_name(name) for name in (self.model._meta.db_table, "folded"))
        # Not a field of the model: Django's checks would query the server for computed columns.
        column = RawSQL(quoted, (), output_field=models.TextField())  # noqa: S611 - contains no user input
        found = queryset.alias(folded=column)
        for word in fold(search_term).split()[:MAX_SEARCH_WORDS]:
            found = found.filter(folded__contains=word if len(word) >= TRIGRAM else f" {word}")
        return found, False


class TitledPagesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages titled by their object: Django's "Change ..." needs a grammatical case in Serbian."""

    # Without it, the audit trail is the only history, and no link leads to an empty page.
    has_history: ClassVar[bool] = False
    # Whether the text of a row names no reported address and no person, and reads no other row.
    has_plain_name: ClassVar[bool] = False

    def name_on_home(self, row: Any) -> str:
        """Return the name of a row in "Recent work".

        It is the reference or title, otherwise the text of the row if that is plain, otherwise "".
        """
        named = getattr(row, "reference", "") or getattr(row, "title", "")
        return str(named or (row if self.has_plain_name else ""))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Show flags in words."""
        flags = {field.name: field for field in self.opts.fields if isinstance(field, models.BooleanField)}
        return [yes_or_no(flags[name]) if name in flags else name for name in super().get_list_display(request)]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Set the title to the plural name of the model."""
        title = capfirst(self.model._meta.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Set the title to the name of the model."""
        name = self.model._meta.verbose_name
        title = capfirst(name) if object_id else _("Add: %(item)s") % {"item": name}
        context = {
            "title": title,
            "has_no_history": not self.has_history,
            **(extra_context or {}),
        }
        return super().changeform_view(request, object_id, form_url, context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Set a fixed title; the object is shown above it."""
        return super().history_view(request, object_id, {"title": _("History"), **(extra_context or {})})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """List related objects; rows that only connect two records have no name known to users."""
        named, counts, lacking, protected = super().get_deleted_objects(objs, request)
        ties = {
            str(model._meta.verbose_name_plural)
            for model in apps.get_models(include_auto_created=True)
            if model._meta.auto_created
        }
        return named, {name: number for name, number in counts.items() if str(name) not in ties}, lacking, protected


class StaffModelAdmin(RolePermissionsMixin, TitledPagesAdmin):
    """The base of all admin classes except those of accounts: permissions come from roles."""

    formfield_overrides = DATE_FIELDS

    # Whether the search over all lists (`staff.search`) includes this one. It queries at every pause in typing, so the list's search
    # must read an index, or a table that stays short. It records nothing, so a list whose searches are audited is never included.
    in_global_search: ClassVar[bool] = False
    # Of an empty list: where its rows come from, or what to do. Lists with an “Add” button need none.
    empty_hint: ClassVar[str | Promise] = ""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer to add a related row, but not to change or delete one from the form of another."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def find_rows(self, request: HttpRequest, query: str) -> "models.QuerySet[Any]":
        """Return the rows for the search over all lists: those of the list's own search."""
        return self.get_search_results(request, self.get_queryset(request), query)[0]

    def name_in_search(self, row: Any) -> str:
        """Return the name of a row in the search over all lists."""
        return str(row)


class UnloggedAdmin(StaffModelAdmin):
    """For models with personal data that may be erased: Django's own log would keep the titles of records.

    Services record audit events instead.
    """

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Write nothing."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Write nothing."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Write nothing."""


class ReadOnlyAdmin(StaffModelAdmin):
    """A list and a page without editing; only services write."""

    paginator = CappedPaginator
    empty_value_display = ""
    show_full_result_count = False
    # Counts next to the filters would scan the table once for each.
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    ordering = ["-id"]
    # Any other order would sort the whole table.
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
