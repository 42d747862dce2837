"""Forms of the closing report: attendance, other schools, groups and answers."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from awareness.events.enums import BookingState, ParticipantGroup, SchoolKind
from awareness.events.models import Booking, ClosingReport, EventDate
from awareness.events.models.closing_report import MAX_PARTICIPANTS, SCORES
from awareness.events.staff.forms import towns_to_choose
from awareness.events.staff.report_services import (
    GROUPS,
    ReportData,
    SchoolCount,
    bookings_with_attendance,
    last_version,
    report_errors,
)
from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.serbian.search_folding import fold

# Rows for schools without a booking.
EMPTY_ROWS = 4
MAX_ROWS = 120


def people_field(label: Any, *, required: bool = False, least: int = 0) -> forms.IntegerField:
    """Return a number of people."""
    return forms.IntegerField(label=label, required=required, min_value=least, max_value=MAX_PARTICIPANTS)


class CountsForm(forms.Form):
    """Participants by group and answers before and after."""

    participants = people_field(_("Total participants"), required=True)
    note = PlainTextField(
        label=_("Notes"),
        max_length=4000,
        required=False,
        help_text=_("For staff only. Do not enter names of children."),
    )
    opened = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in ParticipantGroup:
            self.fields[group.value] = people_field(group.label)
        for name in ("before", "after"):
            for score in range(1, SCORES + 1):
                self.fields[f"{name}_{score}"] = people_field(str(score))

    def groups(self) -> list[forms.BoundField]:
        """Return the group fields."""
        return [self[group] for group in GROUPS]

    def scores(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the two rows of answers with their labels."""
        return [
            (str(label), [self[f"{name}_{score}"] for score in range(1, SCORES + 1)])
            for name, label in (("before", _("Before")), ("after", _("After")))
        ]

    def counted(self, name: str) -> list[int]:
        """Five counts, or an empty list if the question was not put."""
        values = [self.cleaned_data[f"{name}_{score}"] for score in range(1, SCORES + 1)]
        return [value or 0 for value in values] if any(value is not None for value in values) else []


class BookedForm(forms.Form):
    """Attendance of a booked class."""

    attended = forms.BooleanField(label=_("came"), required=False)
    participants = people_field(_("participants"))

    def __init__(self, booking: Booking, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.booking = booking

    def clean(self) -> dict[str, Any]:
        """Require a number if the class came."""
        data = super().clean() or {}
        if data.get("attended") and data.get("participants") is None and "participants" not in self.errors:
            self.add_error("participants", _("Enter the number of participants."))
        return data


class SchoolForm(forms.Form):
    """A school without a booking; empty and deleted rows are ignored."""

    school = PlainLineField(label=_("school"), max_length=160, required=False)
    kind = forms.ChoiceField(label=_("kind of school"), choices=SchoolKind, required=False)
    town = forms.ChoiceField(label=_("town"), choices=towns_to_choose, required=False)
    participants = people_field(_("participants"), least=1)

    def clean(self) -> dict[str, Any]:
        """Require all fields or none."""
        data = super().clean() or {}
        if any(data.get(name) for name in ("school", "town", "participants")):
            for name in ("school", "town", "participants"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill in this field."))
        return data


SchoolFormSet = forms.formset_factory(SchoolForm, extra=EMPTY_ROWS, max_num=MAX_ROWS, absolute_max=MAX_ROWS)


class ReportForms:
    """All forms of a report; `findings` and `attended` are available after validation."""

    def __init__(self, date: EventDate, data: Any = None) -> None:
        report = ClosingReport.objects.filter(date=date).first()
        self.bookings = bookings_with_attendance(date)
        numbers, others = _shared_out(self.bookings, report)
        self.counts = CountsForm(data, initial=_counts(report, last_version(date)))
        self.booked = [
            BookedForm(
                booking,
                data,
                prefix=f"booking-{booking.pk}",
                initial={
                    "attended": booking.state != BookingState.ABSENT,
                    "participants": numbers.get(booking.pk, booking.size),
                },
            )
            for booking in self.bookings
        ]
        self.schools = SchoolFormSet(data, prefix="schools", initial=others)
        self.wrong: dict[str, str] = {}

    def is_valid(self) -> bool:
        """Validate each form, then the sums. Errors of sums go to their fields, those of schools to `wrong`."""
        parts = [self.counts.is_valid(), *(form.is_valid() for form in self.booked), self.schools.is_valid()]
        if not all(parts):
            return False
        self.wrong = report_errors(self.findings)
        if "participants" in self.wrong:
            self.counts.add_error("participants", self.wrong["participants"])
        for name in ("before", "after"):
            if name in self.wrong:
                self.counts.add_error(f"{name}_1", self.wrong[name])
        return not self.wrong

    @property
    def attended(self) -> dict[int, bool]:
        """Attendance by booking id."""
        return {form.booking.pk: form.cleaned_data["attended"] for form in self.booked}

    @property
    def findings(self) -> ReportData:
        """The values of the report."""
        data = self.counts.cleaned_data
        return ReportData(
            participants=data["participants"],
            **{group: data[group] or 0 for group in GROUPS},
            before=self.counts.counted("before"),
            after=self.counts.counted("after"),
            note=data["note"],
            schools=[*self._booked_schools(), *self._other_schools()],
        )

    def _booked_schools(self) -> Iterable[SchoolCount]:
        there = [form for form in self.booked if form.cleaned_data["attended"] and form.cleaned_data["participants"]]
        for _key, classes in groupby(sorted(there, key=_school_of), key=_school_of):
            forms_of_school = list(classes)
            first = forms_of_school[0].booking
            number = sum(form.cleaned_data["participants"] for form in forms_of_school)
            yield SchoolCount(first.school, first.school_kind, first.town, number)

    def _other_schools(self) -> Iterable[SchoolCount]:
        for form in self.schools:
            data = form.cleaned_data
            if data.get("school"):
                yield SchoolCount(
                    data["school"], data["kind"] or SchoolKind.PRIMARY, data["town"], data["participants"]
                )


def _school_of(form: BookedForm) -> tuple[str, str]:
    return form.booking.town, fold(form.booking.school)


def _counts(report: ClosingReport | None, version: int) -> dict[str, Any]:
    if report is None:
        return {"opened": version}
    filled = {name: getattr(report, name) for name in ("participants", *GROUPS, "note")}
    for name in ("before", "after"):
        counts = cast("list[int]", getattr(report, name))
        filled |= {f"{name}_{score}": number for score, number in enumerate(counts, 1)}
    return {**filled, "opened": version}


def _shared_out(bookings: list[Booking], report: ClosingReport | None) -> tuple[dict[int, int], list[dict[str, Any]]]:
    """Return the numbers by booking id (classes of one school share its number), and the initial values of other schools."""
    if report is None:
        return {}, []
    there = [booking for booking in bookings if booking.state == BookingState.ATTENDED]
    numbers: dict[int, int] = {}
    others = []
    for row in report.schools.all():
        classes = [each for each in there if (each.town, fold(each.school)) == (row.town, fold(row.school))]
        if not classes:
            others.append(
                {"school": row.school, "kind": row.school_kind, "town": row.town, "participants": row.participants}
            )
        remaining = row.participants
        for each in classes:
            numbers[each.pk] = remaining if each is classes[-1] else min(each.size, remaining)
            remaining -= numbers[each.pk]
    return numbers, others
