"""Read-only lists of the staff site with pages of their rows, filtered by select boxes in one form."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clicksafely.common.staff.list_mixins import RowPageMixin
from clicksafely.common.staff.lists import ReadOnlyAdmin


class SelectFilter(admin.SimpleListFilter):
    """A select box. `field` is compared with the chosen value; unknown values match no row."""

    field: ClassVar[str] = ""

    def has_output(self) -> bool:
        return True

    def options(self) -> SafeString:
        """The option elements, rendered here because a template loop over 185 towns is slow."""
        chosen = self.value()
        options = ((key, " selected" if str(key) == chosen else "", name) for key, name in self.lookup_choices)
        return format_html_join("", '<option value="{}"{}>{}</option>', options)

    def chosen(self) -> Any:
        """Return the name of the chosen value; None without one."""
        value = self.value()
        return next((name for key, name in self.lookup_choices if str(key) == value), None)

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        value = self.value()
        if not value:
            return queryset
        if value not in {str(key) for key, _name in self.lookup_choices}:
            return queryset.none()
        return self.narrowed(queryset, value)

    def narrowed(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        """Return the rows with this value."""
        return queryset.filter(**{self.field: value})


class RegisterAdmin(RowPageMixin, ReadOnlyAdmin):
    """A read-only list with its filters in one form; its filters are subclasses of SelectFilter."""

    change_list_template = "staff/list.html"
    search_label: ClassVar[str | Promise] = _("Search")
