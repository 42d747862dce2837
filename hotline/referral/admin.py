"""Routing and referrals in the staff site: rules and partner hotlines for supervisors, referrals for all staff."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.list_mixins import ShortListAdmin
from clicksafely.common.staff.lists import ReadOnlyAdmin, yes_or_no
from hotline.case_links import case_link
from hotline.hosting.countries import country_name
from hotline.lifecycle.closings import without_opinions
from hotline.models import PartnerHotline, Referral, ReferralState, Route, RoutingRule
from hotline.models.referral import BY_HAND
from hotline.models.routing import MANUAL_ROUTES
from hotline.permissions import EXPORT_LISTS
from hotline.referral import services
from hotline.referral.forms import PartnerHotlineForm, RoutingRuleForm
from hotline.referral.labels import referral_problem
from hotline.referral.routing import classifications


class _RulesAdmin(ShortListAdmin):
    """Saves through the services, which write the audit trail; a short list in its own order."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.save_routing_entry(
            entry=obj, actor=cast(User, request.user), now=timezone.now(), changed=form.changed_data
        )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.remove_routing_entry(entry=obj, actor=cast(User, request.user), now=timezone.now())


class RoutingRuleAdmin(_RulesAdmin):
    form = RoutingRuleForm
    list_display = ["place", *Route.values, "hold_days"]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Starts with the classification's label; the labels are read once for all rows."""
        labels = classifications()

        @admin.display(description=_("classification"))
        def what(rule: RoutingRule) -> str:
            return labels.get(rule.classification, rule.classification) or str(_("any illegal content"))

        return [what, *super().get_list_display(request)]


class PartnerHotlineAdmin(_RulesAdmin):
    form = PartnerHotlineForm
    list_display = ["country", "country_in_words", "name", "active"]
    search_fields = ["=country", "name"]

    @admin.display(description=_("country"))
    def country_in_words(self, partner: PartnerHotline) -> str:
        return country_name(partner.country)


class ReferralStateFilter(admin.SimpleListFilter):
    """Filter by the state in words. The portal sends a due referral, or staff hand it over by hand."""

    title = _("state")
    parameter_name = "state__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        after_due = ReferralState.values.index(ReferralState.DUE) + 1
        return [*ReferralState.choices[:after_due], ("by_hand", BY_HAND), *ReferralState.choices[after_due:]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case None | "":
                return queryset
            case "by_hand":
                return queryset.filter(state=ReferralState.DUE, route__in=MANUAL_ROUTES)
            case ReferralState.DUE:
                return queryset.filter(state=ReferralState.DUE).exclude(route__in=MANUAL_ROUTES)
            case state:
                return queryset.filter(state=state)


class ReferralAdmin(ExportMixin, ReadOnlyAdmin):
    empty_hint = _("A referral is created when content is assessed as illegal.")
    export_permission = EXPORT_LISTS
    export_columns = ("case", "route", "state_in_words", "why", "country", "created_at", "ended_at")
    list_display = ["case", "route", "state_in_words", "why", "country", "created_at", "ended_at"]
    list_display_links = None
    list_filter = [ReferralStateFilter, "route", "urgent"]
    list_select_related = ["report"]
    fields: ClassVar[Any] = [
        "case",
        "route",
        "state_in_words",
        "why",
        "country",
        yes_or_no(Referral.urgent.field),
        "created_at",
        "due_at",
        "attempts",
        "ended_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Referral]:
        return without_opinions(super().get_queryset(request), cast(User, request.user))

    @admin.display(description=_("case"))
    def case(self, referral: Referral) -> str:
        return case_link(referral.report)

    @admin.display(description=_("state"))
    def state_in_words(self, referral: Referral) -> str:
        return referral.state_in_words

    @admin.display(description=_("problem"))
    def why(self, referral: Referral) -> str:
        return referral_problem(referral.problem)
