"""The editor's desk for news, partners and contacts."""

from django.contrib import admin

from awareness.editorial.models import ContactPoint, Partner
from awareness.editorial.news.admin import ArticleAdmin
from awareness.topics.admin_base import PublishingAdmin

__all__ = ["ArticleAdmin", "ContactPointAdmin", "PartnerAdmin"]


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
