"""The filters of the audit trail: one form with person, subject, action, kind and dates, which the URL keeps."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clicksafely.common.audit.labels import name_subjects
from clicksafely.common.audit.openings import MAX_NAME, find_person, find_subject, opening_condition
from clicksafely.common.audit.related_subjects import Subject
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff.date_fields import StaffDateField
from clicksafely.common.staff.lists import FixedOrderChangeList

_EVERY_KIND = ("", gettext_lazy("All"))
_OPENINGS = ("openings", pgettext_lazy("audit", "content or data opened"))
_OF_STAFF = ("people", pgettext_lazy("audit", "acts of staff"))


class AuditFilterForm(forms.Form):
    """Every field narrows the list. A wrong value leaves no row."""

    person = forms.CharField(required=False, max_length=MAX_NAME, label=gettext_lazy("User name"))
    case = forms.CharField(
        required=False,
        max_length=40,
        label=gettext_lazy("Case number"),
        widget=forms.TextInput({"placeholder": "NP-2026-000042"}),
    )
    action = forms.CharField(
        required=False,
        max_length=64,
        label=gettext_lazy("Action"),
        widget=forms.TextInput({"placeholder": "report.claimed"}),
    )
    kind = forms.ChoiceField(required=False, label=gettext_lazy("Kind"), choices=(_EVERY_KIND, _OPENINGS, _OF_STAFF))
    since = StaffDateField(required=False, label=pgettext_lazy("date", "From"))
    until = StaffDateField(required=False, label=pgettext_lazy("date", "To"))

    def clean_person(self) -> int | None:
        """Return the account."""
        name: str = self.cleaned_data["person"]
        person = find_person(name)
        if name and person is None:
            raise forms.ValidationError(_("There is no account with this user name."))
        return person

    def clean_case(self) -> Subject | None:
        """Return the subject."""
        number: str = self.cleaned_data["case"]
        subject = find_subject(number)
        if number and subject is None:
            raise forms.ValidationError(_("This is no number such as NP-2026-000042."))
        return subject

    def clean_action(self) -> str:
        """Codes are in small letters."""
        return str(self.cleaned_data["action"]).lower()

    def clean(self) -> dict[str, Any]:
        """Require days in their order."""
        chosen: dict[str, Any] = super().clean() or {}
        since, until = chosen.get("since"), chosen.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first one."))
        return chosen

    @property
    def is_past(self) -> bool:
        """Whether the chosen dates end before today."""
        until = self.cleaned_data.get("until")
        return until is not None and until < localdate()

    def narrow(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Return the events that fit every field. Days are whole days in Belgrade."""
        if not self.is_valid():
            return events.none()
        chosen = self.cleaned_data
        if chosen["person"] is not None:
            events = events.filter(actor_id=chosen["person"])
        if chosen["case"] is not None:
            table, number = chosen["case"]
            events = events.filter(subject_table=table, subject_id=number)
        if chosen["action"]:
            events = events.filter(action=chosen["action"])
        if chosen["kind"]:
            events = (
                events.filter(opening_condition())
                if chosen["kind"] == "openings"
                else events.filter(actor_id__isnull=False)
            )
        if chosen["since"]:
            events = events.filter(at__gte=make_aware(datetime.combine(chosen["since"], time.min)))
        if self.is_past:
            events = events.filter(at__lt=make_aware(datetime.combine(chosen["until"] + timedelta(days=1), time.min)))
        return events


class AuditFilter(admin.ListFilter):
    """The form as a filter of the admin's list."""

    # Required, and shown nowhere.
    title = ""

    def __init__(self, request: HttpRequest, params: dict[str, list[str]], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        names = [name for name in AuditFilterForm.base_fields if name in params]
        self.used_parameters = {name: value for name in names if (value := params.pop(name)[-1])}
        self.form = AuditFilterForm(self.used_parameters, auto_id="filter-%s")

    def has_output(self) -> bool:
        """Return that the form is shown."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Return the names of the fields."""
        return [*AuditFilterForm.base_fields]

    def choices(self, changelist: Any) -> Iterator[Mapping[str, object]]:
        """Return nothing: the template of the list shows the form."""
        return iter(())

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Narrow the list."""
        return self.form.narrow(queryset)


class AuditChangeList(FixedOrderChangeList):
    """The list, the newest first, with the names of subjects."""

    @property
    def form(self) -> AuditFilterForm:
        """The form of the filters."""
        return cast("AuditFilter", self.filter_specs[0]).form

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Sort a past period by time: in the order of their numbers, all later events would be read first."""
        return ["-at", "-pk"] if self.form.is_past else super().get_ordering(request, queryset)

    def get_results(self, request: HttpRequest) -> None:
        """Name the subjects of the page, with a query for each of their tables."""
        super().get_results(request)
        name_subjects(self.result_list)
