"""Admin of partners and contact points."""

from django.contrib import admin

from awareness.pages.models import ContactPoint, Partner
from awareness.publishing.admin_base import PublishingAdmin


@admin.register(Partner)
class PartnerAdmin(PublishingAdmin):
    list_display = ("name", "role", "since", "until", "order")
    list_filter = ("role",)
    fields = ("name", "role", "since", "until", "note", "url", "order")


@admin.register(ContactPoint)
class ContactPointAdmin(PublishingAdmin):
    list_display = ("value", "door", "kind", "order", "active")
    list_filter = ("door", "kind")
    fields = ("door", "kind", "value", "label", "order", "active")
