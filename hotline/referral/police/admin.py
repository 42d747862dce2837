"""Police recipients and the list of packages in the staff site."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.crypto.signing import NoVerificationKeys
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.list_mixins import NumberSearchMixin, RowPageMixin, ShortListAdmin
from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.models import PolicePackage, PoliceRecipient
from hotline.permissions import EXPORT_LISTS
from hotline.referral import orders
from hotline.referral.police.forms import PoliceRecipientForm
from hotline.referral.police.recipient_services import save_recipient


class PoliceRecipientAdmin(ShortListAdmin):
    """Recipients are deactivated, never deleted: packages refer to them."""

    form = PoliceRecipientForm
    list_display = ["name", "unit", "delivery", "grouping", "valid_until", "active", "is_default", "origin"]
    readonly_fields = ["valid_until", "origin"]
    fields = [
        "origin",
        "name",
        "unit",
        "delivery",
        "email",
        "certificate",
        "valid_until",
        "grouping",
        "active",
        "is_default",
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("last change"))
    def origin(self, recipient: PoliceRecipient) -> str:
        """Whether the staff site signed the row as it is."""
        if recipient._state.adding:
            return ""
        try:
            is_signed = orders.is_recipient_signed(recipient)
        except NoVerificationKeys as refusal:
            return refusal.message
        if is_signed:
            return str(_("in the staff site"))
        return str(_("outside the staff site: compare every value with the police, then save"))

    def save_model(self, request: HttpRequest, obj: PoliceRecipient, form: Any, change: bool) -> None:
        save_recipient(recipient=obj, actor=cast(User, request.user), now=timezone.now(), changed=form.changed_data)


class PolicePackageAdmin(ExportMixin, NumberSearchMixin, RowPageMixin, ReadOnlyAdmin):
    empty_hint = _("A package is created when content is referred to the police.")
    export_permission = EXPORT_LISTS
    export_columns = ("reference", "recipient", "state", "email_problem", "created_at", "delivered_at", "receipt")
    row_page = "admin:hotline-police-package"
    list_display = ["reference", "recipient", "state", "email_problem", "created_at", "delivered_at", "receipt"]
    list_filter = ["state", "email_problem"]
    list_select_related = ["recipient"]
    search_help_text = _("Number of a package, for example LEA-2026-000012 or 12")
    search_fields = ["id"]
    reference_letters = "LEA"
    in_global_search = True

    @admin.display(description=_("police package"), ordering="id")
    def reference(self, package: PolicePackage) -> str:
        """The displayed number."""
        return package.reference

    @admin.display(description=PolicePackage._meta.get_field("receipt_number").verbose_name)
    def receipt(self, package: PolicePackage) -> str:
        return verbatim(package.receipt_number)
