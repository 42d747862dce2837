"""Recipients at the police and the list of packages in the staff site."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.lists import FixedOrderChangeList, ReadOnlyAdmin, StaffModelAdmin
from hotline.models import PolicePackage, PoliceRecipient
from hotline.referral.police.forms import PoliceRecipientForm
from hotline.referral.police.recipient_services import save_recipient


@admin.register(PoliceRecipient)
class PoliceRecipientAdmin(StaffModelAdmin):
    """A recipient is switched off, never deleted: packages name it."""

    form = PoliceRecipientForm
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    list_per_page = 100
    actions = None
    list_display = ["name", "unit", "delivery", "grouping", "valid_until", "active", "is_default"]
    readonly_fields = ["valid_until"]
    fields = ["name", "unit", "delivery", "email", "certificate", "valid_until", "grouping", "active", "is_default"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FixedOrderChangeList]:
        return FixedOrderChangeList

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PoliceRecipient, form: Any, change: bool) -> None:
        save_recipient(recipient=obj, actor=cast(User, request.user), now=timezone.now(), changed=form.changed_data)


@admin.register(PolicePackage)
class PolicePackageAdmin(ReadOnlyAdmin):
    list_display = ["reference", "recipient", "state", "problem", "made_at", "delivered_at", "receipt"]
    list_filter = ["state", "problem"]
    list_select_related = ["recipient"]
    search_help_text = _("Number of a package, for example LEA-2026-000012 or 12")
    search_fields = ["id"]

    @admin.display(description=_("package for the police"), ordering="id")
    def reference(self, package: PolicePackage) -> str:
        """Its number as people read it."""
        return package.reference

    @admin.display(description=PolicePackage._meta.get_field("receipt_number").verbose_name)
    def receipt(self, package: PolicePackage) -> str:
        return verbatim(package.receipt_number)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By number only."""
        number = search_term.strip().rpartition("-")[2]
        if not search_term.strip():
            return queryset, False
        return (queryset.filter(pk=int(number[:18])) if number.isdecimal() else queryset.none()), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A package is looked at on a page of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:hotline-police-package", args=[object_id]))
