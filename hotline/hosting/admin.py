"""Admin of hosts, abuse contacts and site-type rules."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.list_mixins import ShortListAdmin
from clicksafely.common.staff.lists import ReadOnlyAdmin
from hotline.hosting import abuse_contacts
from hotline.hosting.countries import country_name
from hotline.hosting.forms import AbuseContactForm, HostForm, SiteTypeRuleForm
from hotline.models import Host, SiteTypeRule


def _actor(request: HttpRequest) -> User:
    """Return the signed-in user; the staff site requires one."""
    return cast(User, request.user)


class HostAdmin(ReadOnlyAdmin):
    """Results of look-ups; only the registrar is entered by hand."""

    empty_hint = _("A host is checked when a report with its address arrives.")
    form = HostForm
    list_display = ["name", "country_in_words", "asn", "shown_organisation", "problem", "looked_up_at"]
    list_filter = ["problem"]
    search_fields = ["name"]
    in_global_search = True
    search_help_text = _("A whole host, or an AS number, for example AS64500")
    found = ["name", "places", "through", "country_in_words", "asn", "shown_organisation", "problem", "tries"]
    times = ["looked_up_at", "expires_at", "next_lookup_at"]
    fields = [*found, "registrar", *times]
    readonly_fields = [*found, *times]

    @admin.display(description=_("country"))
    def country_in_words(self, host: Host) -> str:
        return country_name(host.country)

    @admin.display(description=_("organisation"))
    def shown_organisation(self, host: Host) -> str:
        return verbatim(host.organisation)

    @admin.display(description=_("addresses"))
    def places(self, host: Host) -> str:
        rows = ((place.ip, place.special_label) for place in host.places)
        return format_html_join("", '<div><code translate="no">{}</code> {}</div>', rows)

    @admin.display(description=_("redirects through"))
    def through(self, host: Host) -> str:
        return format_html_join("", '<div translate="no">{}</div>', ((name,) for name in host.aliases))

    def name_in_search(self, row: Host) -> str:
        return verbatim(row.name)

    name_on_home = name_in_search

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Allow changes of the registrar."""
        return has_role_permission(request.user, "hotline.change_host")

    def save_model(self, request: HttpRequest, obj: Host, form: Any, change: bool) -> None:
        abuse_contacts.set_registrar(host=obj, registrar=obj.registrar, actor=_actor(request), now=timezone.now())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Host], search_term: str
    ) -> tuple[QuerySet[Host], bool]:
        """Return exact matches only, each by an index."""
        term = search_term.strip().lower()
        if not term:
            return queryset, False
        digits = term.removeprefix("as")
        if digits.isascii() and digits.isdecimal() and len(digits) <= 10:
            return queryset.filter(asn=int(digits)), False
        return queryset.filter(name=term), False


class _RegisterAdmin(ShortListAdmin):
    """Saves through the services, for the audit trail."""

    def save_model(self, request: HttpRequest, obj: Any, form: "forms.ModelForm[Any]", change: bool) -> None:
        abuse_contacts.save_contact_or_rule(
            entry=obj, actor=_actor(request), now=timezone.now(), changed=form.changed_data
        )


class AbuseContactAdmin(_RegisterAdmin):
    """Outdated entries are switched off, not deleted, so that earlier recipients stay visible."""

    form = AbuseContactForm
    list_display = ["key", "kind", "name", "email", "is_cdn", "active"]
    list_filter = ["kind", "is_cdn", "active"]
    search_fields = ["=key", "name"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class SiteTypeRuleAdmin(_RegisterAdmin):
    has_plain_name = False
    form = SiteTypeRuleForm
    list_display = ["place", "site_type"]
    list_filter = ["site_type"]
    search_fields = ["host", "path"]

    @admin.display(description=_("where"))
    def place(self, hint: SiteTypeRule) -> str:
        return verbatim(hint)

    def delete_model(self, request: HttpRequest, obj: SiteTypeRule) -> None:
        abuse_contacts.remove_site_type_rule(hint=obj, actor=_actor(request), now=timezone.now())
