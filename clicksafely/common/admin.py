"""The audit trail in the staff site, to be read only."""

from django.contrib import admin

from clicksafely.common.lists import ReadOnlyAdmin
from clicksafely.common.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["id", "at", "action", "actor_id", "subject_table", "subject_id", "data"]
    list_display_links = None
    search_fields = ["=action"]
