"""Admin of schools, cohorts and members, saved through the services. Members are never deleted, only erased."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from clicksafely.common.content.files import ContentError
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.places import TOWNS, town_choices
from clicksafely.common.serbian.scripts import source_title, verbatim
from clicksafely.common.serbian.search_folding import fold
from clicksafely.common.staff.lists import CappedPaginator, FixedOrderChangeList, UnloggedAdmin
from clicksafely.common.staff.site import acting_user
from youthpanel.members import pseudonyms, selectors, services
from youthpanel.members.forms import PROPOSED_PSEUDONYMS, MemberForm, NewMemberForm, SchoolForm
from youthpanel.members.labels import consent_lines, timeline_entries
from youthpanel.models import Cohort, ConsentScope, Member, School
from youthpanel.models.members import folded_column

logger = logging.getLogger(__name__)


class ServiceBackedAdmin(UnloggedAdmin):
    """A list with capped counts. Changes are recorded in the audit trail only."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    sortable_by = ()
    actions = None
    empty_value_display = ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FixedOrderChangeList]:
        return FixedOrderChangeList

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """If the services refuse the record after a concurrent save, show why and load the stored record."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ActionRefused as refused:
            messages.error(request, " ".join(str(fault.message) for fault in refused.faults))
            return HttpResponseRedirect(request.path)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search in the folded search field."""
        term = fold(search_term)
        if not term or not self.search_fields:
            return queryset, False
        return queryset.alias(folded=folded_column(self.search_fields[0])).filter(folded__contains=term), False

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        services.save_record(record=obj, changed=form.changed_data, actor=acting_user(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.delete_record(record=obj, actor=acting_user(request), now=timezone.now())


class TownFilter(admin.SimpleListFilter):
    """Filter by the towns that occur at `path`."""

    title = _("town")
    parameter_name = "town"
    path = "town"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        present = set(model_admin.model.objects.order_by().values_list(self.path, flat=True).distinct())
        return [(code, name) for code, name in town_choices() if code in present]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.path: self.value()}) if self.value() else queryset


class MembersTownFilter(TownFilter):
    """Filter by the town of the school."""

    path = "school__town"


class MembershipFilter(admin.SimpleListFilter):
    """Filter by current, former and erased members."""

    title = _("in the panel")
    parameter_name = "here"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("yes", _("In the panel")), ("left", _("Left")), ("shadow", _("Erased"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.filter(left_on=None)
            case "left":
                return queryset.exclude(left_on=None).filter(erased_at=None)
            case "shadow":
                return queryset.exclude(erased_at=None)
        return queryset


class SchoolAdmin(ServiceBackedAdmin):
    form = SchoolForm
    list_display = ("name_of_school", "kind", "town_name", "member_count")
    list_filter = (TownFilter, "kind")
    search_fields = ("name",)
    in_global_search = True
    search_help_text = _("Part of the name, in either script")

    def name_in_search(self, row: School) -> str:
        return verbatim(row)

    name_on_home = name_in_search

    @admin.display(description=_("name"))
    def name_of_school(self, school: School) -> str:
        return source_title(school.name, get_language() or "")

    @admin.display(description=_("town"))
    def town_name(self, school: School) -> str:
        return str(TOWNS.get(school.town, school.town))

    @admin.display(description=_("members"))
    def member_count(self, school: Any) -> int:
        """Members who are not erased.

        The full count next to the list of members would reveal the school of an erased member.
        """
        return int(school.number)

    def get_queryset(self, request: HttpRequest) -> QuerySet[School]:
        unerased_members = Count("members", filter=Q(members__erased_at=None))
        counted: QuerySet[Any] = super().get_queryset(request).annotate(number=unerased_members)
        return counted

    def has_delete_permission(self, request: HttpRequest, obj: School | None = None) -> bool:
        """Only without members: Django's confirmation page would list them."""
        return super().has_delete_permission(request, obj) and not (obj and obj.members.exists())


class CohortAdmin(ServiceBackedAdmin, TranslationAdmin[Any]):
    list_display = ("name_of_cohort", "begins_on", "ends_on", "target", "member_count", "is_public")
    fields = ("name", "slug", "begins_on", "ends_on", "target", "is_public")
    ordering = ("-begins_on", "-id")
    change_form_template = "admin/youthpanel/cohort/change_form.html"
    has_plain_name = True

    @admin.display(description=_("name"))
    def name_of_cohort(self, cohort: Cohort) -> str:
        return str(cohort)

    @admin.display(description=_("members"))
    def member_count(self, cohort: Any) -> int:
        return int(cohort.number)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        counted: QuerySet[Any] = super().get_queryset(request).annotate(number=Count("members"))
        return counted


class MemberAdmin(ServiceBackedAdmin):
    has_plain_name = True
    empty_hint = _("Add the first member above, or import a spreadsheet.")
    list_display = ("pseudonym_of_member", "cohort", "of_school", "born", "role", "membership", "online", "left_on")
    list_filter = (MembershipFilter, "cohort", MembersTownFilter, "role")
    list_select_related = ("cohort", "school")
    search_fields = ("pseudonym",)
    in_global_search = True
    search_help_text = _("A pseudonym or part of one, in either script")
    change_form_template = "admin/youthpanel/member/change_form.html"
    autocomplete_fields = ()
    fieldsets_of_new: Any = (
        (None, {"fields": ("cohort", "school", "pseudonym", "role", "joined_on")}),
        (
            _("Identity: sealed, and opened only when needed"),
            {"fields": ("name", ("birth_year", "birth_month"), "email", "phone", "guardian", "guardian_contact")},
        ),
    )

    def name_in_search(self, member: Member) -> str:
        return verbatim(member)

    @admin.display(description=_("pseudonym"))
    def pseudonym_of_member(self, member: Member) -> str:
        return str(member)

    @admin.display(description=_("school"))
    def of_school(self, member: Member) -> str:
        """For an erased member only kind and town, because a small school would identify the member."""
        if member.erased_at:
            return f"{member.school.get_kind_display()}, {TOWNS.get(member.school.town, '')}"
        return verbatim(member.school)

    @admin.display(description=_("born"))
    def born(self, member: Member) -> str:
        return str(member.birth_year) if member.erased_at else f"{member.birth_month}/{member.birth_year}"

    @admin.display(description=pgettext_lazy("consent", "membership"))
    def membership(self, member: Any) -> str:
        return str(_("Yes") if member.has_membership else _("No"))

    @admin.display(description=pgettext_lazy("consent", "online"))
    def online(self, member: Any) -> str:
        return str(_("Yes") if member.has_online else _("No"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        today, same = localdate(), Member.objects.filter(pk=OuterRef("pk"))
        holding = {
            f"has_{scope}": Exists(selectors.members_with_consent(same, scope, today))
            for scope in (ConsentScope.MEMBERSHIP, ConsentScope.ONLINE)
        }
        members: QuerySet[Any] = super().get_queryset(request).annotate(**holding)
        return members

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Plain selects without Django's links: schools and cohorts have pages of their own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = MemberForm if obj else NewMemberForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets_of_new
        return ((None, {"fields": ("pseudonym", "of_school" if obj.erased_at else "school", "role")}),)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Proposes an unused pseudonym."""
        return {**super().get_changeform_initial_data(request), "pseudonym": "".join(_proposals(1))}

    def has_change_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        """Erased members cannot change."""
        return super().has_change_permission(request, obj) and not (obj and obj.erased_at)

    def has_delete_permission(self, request: HttpRequest, obj: Member | None = None) -> bool:
        """Members are erased, so that statistics stay complete."""
        return False

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        member = services.add_member(draft=form.draft, actor=acting_user(request), now=timezone.now())
        obj.pk, obj.uuid = member.pk, member.uuid

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Adds consents and timeline of a member, or proposed pseudonyms for a new one."""
        extra = dict(extra_context or {})
        member = self.get_object(request, object_id) if object_id else None
        if member and self.has_view_permission(request, member):
            extra |= _change_form_context(member)
        elif object_id is None:
            extra["proposals"] = _proposals(PROPOSED_PSEUDONYMS)
        return super().changeform_view(request, object_id, form_url, extra)


def _proposals(number: int) -> list[str]:
    """Proposed pseudonyms; none if the file of words is damaged, so that one can still be typed."""
    try:
        return pseudonyms.propose_pseudonyms(number, taken=selectors.known_pseudonyms(), seed=secrets.token_hex(4))
    except ContentError as error:
        logger.error("No pseudonyms are proposed: %s", error)
        return []


def _change_form_context(member: Member) -> dict[str, Any]:
    """Return the context below the form of a member."""
    consents = member.consents.order_by("withdrawn_on", "scope", "-given_on")
    named: Callable[[str], Any] = ConsentScope
    return {
        "member": member,
        "consents": consent_lines(member, consents, today=localdate()),
        "missing": [
            named(scope) for scope in ConsentScope.values if not selectors.has_valid_consent(member, scope, localdate())
        ],
        "attended": selectors.attended_meetings(member),
        "timeline": timeline_entries(selectors.member_timeline(member)[:50]),
        "is_shadow": member.erased_at is not None,
    }
