"""Forms of the member records; errors of the services are reported at their fields."""

from datetime import date
from typing import Any, Final

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.fields import PlainLineField, add_faults
from clicksafely.common.places import town_choices
from clicksafely.common.staff.date_fields import StaffDateField
from youthpanel.members.consent_validity import required_giver
from youthpanel.members.identity import Identity
from youthpanel.members.selectors import duplicate_faults, pseudonym_faults
from youthpanel.members.validation import ConsentData, MemberData, member_faults
from youthpanel.models import Cohort, ConsentScope, Member, School

PROPOSED_PSEUDONYMS: Final = 6
MONTHS: Final = [("", "—")] + [(number, f"{number}.") for number in range(1, 13)]


class TownField(forms.ChoiceField):
    """A town of Serbia, named in the language of the page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=lambda: [("", "—"), *town_choices()], **kwargs)


class SchoolForm(forms.ModelForm):  # type: ignore[type-arg]
    town = TownField(label=_("Town"))

    class Meta:
        model = School
        fields = ("name", "kind", "town")


class IdentityForm(forms.Form):
    """The real identity of a member. All of it is sealed."""

    name = PlainLineField(
        max_length=100,
        label=_("Real name"),
        widget=AdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("First name and surname. They are sealed, and opened only when needed."),
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"), widget=AdminTextInputWidget(attrs={"inputmode": "numeric"})
    )
    birth_month = forms.TypedChoiceField(label=_("Month of birth"), choices=MONTHS, coerce=int)
    email = PlainLineField(
        max_length=120,
        required=False,
        label=_("E-mail of the member"),
        widget=AdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    phone = PlainLineField(
        max_length=60,
        required=False,
        label=_("Phone of the member"),
        widget=AdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    guardian = PlainLineField(
        max_length=100,
        required=False,
        label=_("Parent or guardian"),
        widget=AdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    guardian_contact = PlainLineField(
        max_length=120,
        required=False,
        label=_("Contact of the parent or guardian"),
        widget=AdminTextInputWidget(attrs={"autocomplete": "off"}),
    )

    def identity(self) -> Identity:
        """Return the identity, from a valid form."""
        return Identity(**{name: self.cleaned_data[name] for name in Identity.__slots__})


class NewMemberForm(IdentityForm, forms.ModelForm):  # type: ignore[type-arg]
    """A new member. A valid form has `draft`."""

    draft: MemberData

    class Meta:
        model = Member
        fields = ("cohort", "school", "pseudonym", "role", "joined_on")

    def clean(self) -> dict[str, Any]:
        """Apply the rules of the services."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        self.draft = MemberData(
            identity=self.identity(),
            **{
                field: data[field]
                for field in ("pseudonym", "school", "cohort", "birth_year", "birth_month", "joined_on", "role")
            },
        )
        draft = self.draft
        faults = [
            *member_faults(draft, today=localdate()),
            *duplicate_faults(
                name=draft.identity.name, pseudonym=draft.pseudonym, year=draft.birth_year, month=draft.birth_month
            ),
        ]
        add_faults(self, ActionRefused(faults))
        return data


class MemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """The unsealed fields of a member."""

    class Meta:
        model = Member
        fields = ("school", "pseudonym", "role")

    def clean_pseudonym(self) -> str:
        """The pseudonym must not reveal the member."""
        pseudonym: str = self.cleaned_data["pseudonym"]
        if "pseudonym" in self.changed_data:
            for fault in pseudonym_faults(self.instance, pseudonym):
                raise forms.ValidationError(str(fault.message))
        return pseudonym


class RenewalForm(forms.Form):
    """The days and the file of consents on paper that were signed on the same day."""

    given_on = StaffDateField(label=pgettext_lazy("consent", "Given"))
    expires_on = StaffDateField(label=pgettext_lazy("consent", "Expires"))
    document = PlainLineField(
        max_length=120,
        label=_("Document"),
        help_text=_("Where the signed form is filed, without the name."),
        widget=AdminTextInputWidget,
    )


class ConsentForm(RenewalForm):
    """A consent on paper. Its giver follows from the age of the member on the day."""

    field_order = ("scope", "given_on", "expires_on", "document")

    scope = forms.ChoiceField(label=pgettext_lazy("consent", "Purpose"), choices=ConsentScope.choices)

    def draft(self, member: Member) -> ConsentData:
        """Return the consent, from a valid form."""
        day: date = self.cleaned_data["given_on"]
        giver = required_giver(day, year=member.birth_year, month=member.birth_month)
        return ConsentData(giver=giver, **self.cleaned_data)


class LeaveForm(forms.Form):
    """The last day of a membership."""

    left_on = StaffDateField(label=_("Last day in the panel"))


class EraseForm(forms.Form):
    """An explicit confirmation."""

    confirmed = forms.BooleanField(label=_("I know that this cannot be undone"))


class ImportForm(forms.Form):
    """A spreadsheet and its cohort."""

    cohort = forms.ModelChoiceField(queryset=Cohort.objects.order_by("-begins_on"), label=_("Cohort"))
    file = forms.FileField(label=_("Spreadsheet (XLSX or CSV)"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))
