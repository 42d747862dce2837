"""Admin of the texts of the report pages, for supervisors."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.staff.list_mixins import ShortListAdmin
from hotline.intake import page_texts
from hotline.models import ReportPageText


class ReportPageTextAdmin(ShortListAdmin):
    """Texts can be changed, but not added or deleted. Saves through the service, which writes the audit trail."""

    list_display = ["__str__", "shown_text", "article"]
    fields = ["key", "text_sr", "text_en", "law_sr", "law_en"]
    readonly_fields = ["key"]

    @admin.display(description=_("text or address"))
    def shown_text(self, entry: ReportPageText) -> str:
        return entry.text

    @admin.display(description=_("article of law"))
    def article(self, entry: ReportPageText) -> str:
        return entry.law

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ReportPageText, form: Any, change: bool) -> None:
        page_texts.save_page_text(
            entry=obj, actor=cast(User, request.user), now=timezone.now(), changed=form.changed_data
        )
