"""Admin of synonym groups."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from awareness.publishing.admin_base import PublishingAdmin
from awareness.search.models import SynonymGroup
from clicksafely.common.serbian.scripts import verbatim


@admin.register(SynonymGroup)
class SynonymGroupAdmin(PublishingAdmin):
    list_display = ("expressions_in_a_row", "urgent")
    list_filter = ("urgent",)
    search_fields = ("words",)
    fields = ("words", "urgent")

    @admin.display(description=_("words with one meaning"), ordering="words")
    def expressions_in_a_row(self, group: SynonymGroup) -> str:
        return verbatim(group)
