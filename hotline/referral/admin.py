"""Routing and hand-overs in the staff site: rules and partners for supervisors, what went where for everybody at the desk."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.staff.lists import FixedOrderChangeList, ReadOnlyAdmin, StaffModelAdmin, yes_or_no
from hotline.models import PartnerHotline, Referral, RoutingRule
from hotline.referral import services
from hotline.referral.forms import PartnerHotlineForm, RoutingRuleForm
from hotline.referral.routing import classifications
from hotline.templatetags.hosting import country_name
from hotline.templatetags.referral import referral_problem


class _RulesAdmin(StaffModelAdmin):
    """Saves through the services, so that the audit knows; a small table in its own order."""

    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    list_per_page = 100
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FixedOrderChangeList]:
        return FixedOrderChangeList

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.save_routing_entry(
            entry=obj, actor=cast(User, request.user), now=timezone.now(), changed=form.changed_data
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.remove_routing_entry(entry=obj, actor=cast(User, request.user), now=timezone.now())


@admin.register(RoutingRule)
class RoutingRuleAdmin(_RulesAdmin):
    form = RoutingRuleForm
    list_display = ["place", "police", "host", "iccam", "signpost", "hold_days"]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Headed by the classification in words, which are read once for all rows."""
        known = classifications()

        @admin.display(description=_("classification"))
        def what(rule: RoutingRule) -> str:
            return known.get(rule.classification, rule.classification) or str(_("any illegal one"))

        return [what, *super().get_list_display(request)]


@admin.register(PartnerHotline)
class PartnerHotlineAdmin(_RulesAdmin):
    form = PartnerHotlineForm
    list_display = ["country", "country_in_words", "name", "active"]
    search_fields = ["=country", "name"]

    @admin.display(description=_("country"))
    def country_in_words(self, partner: PartnerHotline) -> str:
        return country_name(partner.country)


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin):
    list_display = ["case", "route", "state", "why", "country", "made_at", "ended_at"]
    list_display_links = None
    list_filter = ["state", "route", "urgent"]
    list_select_related = ["report"]
    fields: ClassVar[Any] = [
        "case",
        "route",
        "state",
        "why",
        "country",
        yes_or_no(Referral.urgent.field),
        "made_at",
        "due_at",
        "attempts",
        "ended_at",
    ]

    @admin.display(description=_("case"))
    def case(self, referral: Referral) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:hotline-case", args=[referral.report_id]), referral.report.reference
        )

    @admin.display(description=_("problem"))
    def why(self, referral: Referral) -> str:
        return referral_problem(referral.problem)
