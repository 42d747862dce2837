"""Admin of partners and contact points."""

from django.contrib import admin

from awareness.pages.models import ContactPoint, Partner
from awareness.publishing.admin_base import PublishingAdmin


@admin.register(Partner)
class PartnerAdmin(PublishingAdmin):
    list_display = ("name", "role", "since", "until", "order")
    list_filter = ("role",)
    # A short table.
    search_fields = ("name_sr", "name_en")
    in_global_search = True
    fields = ("name", "role", "since", "until", "note", "url", "order")


@admin.register(ContactPoint)
class ContactPointAdmin(PublishingAdmin):
    list_display = ("value", "unit", "kind", "order", "active")
    list_filter = ("unit", "kind")
    fields = ("unit", "kind", "value", "label", "order", "active")
