"""Forms of safeguarding notes; errors of the services are reported at their fields."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.fields import PlainTextField
from clicksafely.common.staff.date_fields import StaffDateField
from youthpanel.models import ActionKind, Member, NoteOutcome, OpeningReason
from youthpanel.safeguarding import selectors

MAX_TEXT_LENGTH: Final = 20_000
_AREA: Final = {"rows": 5, "autocomplete": "off"}


class SafeguardingNoteForm(forms.Form):
    """A note of a member of staff."""

    text = PlainTextField(
        max_length=MAX_TEXT_LENGTH,
        label=_("What happened"),
        widget=forms.Textarea({"rows": 12}),
        help_text=_(
            "What you saw or heard, when and where, and in whose words. Do not question the child, and do not "
            "investigate yourself."
        ),
    )
    member = forms.ModelChoiceField(
        queryset=Member.objects.none(),
        required=False,
        label=_("Member concerned"),
        empty_label=_("no particular member, or I do not know"),
    )
    urgent = forms.BooleanField(required=False, label=_("Urgent: it cannot wait until tomorrow"))

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]


class SendTextForm(forms.Form):
    """Whether a text that is sent to the lead is urgent."""

    urgent = forms.BooleanField(required=False, label=_("Urgent: it cannot wait until tomorrow"))


class SendAnswerForm(SendTextForm):
    """An answer to send to the lead. Only the text is known, and it may be shortened."""

    text = PlainTextField(
        max_length=MAX_TEXT_LENGTH,
        label=_("Text"),
        widget=forms.Textarea({"rows": 8, "autocomplete": "off"}),
        help_text=_("Delete everything that does not belong to it. Nothing else is sent."),
    )
    field_order = ("text", "urgent")


class HandOverForm(forms.Form):
    """The person who takes over a note."""

    to = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Hand over to"))

    def __init__(self, *args: Any, besides: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = selectors.leads()
        self.fields["to"].queryset = people.exclude(pk=besides.pk) if besides else people  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """An action or follow-up."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ActionKind.choices)
    text = PlainTextField(
        max_length=4000,
        label=_("What is planned"),
        widget=forms.Textarea(_AREA),
        help_text=_("Who does what. The text is sealed."),
    )
    due_on = StaffDateField(label=_("By"), help_text=_("After this day both of you are alerted."))


class ResultForm(forms.Form):
    """Records the result of an action."""

    result = PlainTextField(
        max_length=4000, label=_("What came of it"), widget=forms.Textarea(_AREA), help_text=_("The text is sealed.")
    )


class CloseForm(forms.Form):
    """The outcome of a note."""

    outcome = forms.ChoiceField(label=_("outcome"), choices=[("", "—"), *NoteOutcome.choices])
    words = PlainTextField(
        max_length=4000,
        required=False,
        label=_("In words"),
        widget=forms.Textarea(_AREA),
        help_text=_("Needed for the outcome “other”. The text is sealed."),
    )


class OpenIdentityForm(forms.Form):
    """The reason for opening the identity of a child."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *OpeningReason.choices])
    words = PlainTextField(
        max_length=1000,
        label=_("In words"),
        widget=forms.Textarea({**_AREA, "rows": 3}),
        help_text=_("Why you need the name now. The text is sealed, and stays with the note."),
    )
