"""The forms of complaints: the public one, the one that asks for the number, the supervisors' answer, the deadlines."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.http.cookieless_forms import HONEYPOT
from hotline.intake.web.base_forms import NoSpellcheckInput, Textarea
from hotline.models import ComplaintAbout, ComplaintDeadlines, ComplaintOutcome

LONGEST_TEXT = 10_000


class Unshown(NoSpellcheckInput):
    """A line whose content never comes back to the page."""

    def format_value(self, value: Any) -> str | None:
        """Nothing."""
        return None


def _code(**options: Any) -> forms.CharField:
    widget = Unshown(**{"autocapitalize": "characters", "class": "mono receipt-input"})
    return forms.CharField(required=False, widget=widget, **options)


class ComplaintForm(forms.Form):
    """What somebody complains of. The receipt is looked up by whoever holds the database; see `add_error` in the view."""

    about = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=ComplaintAbout.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    receipt = _code(
        label=gettext_lazy("Code of your report, if you have it"),
        help_text=gettext_lazy(
            "Only for a report of yours. With it we find the case; without it we look as well as we can. It is not kept."
        ),
    )
    text = PlainTextField(
        label=gettext_lazy("What happened, and what should we do about it?"),
        help_text=gettext_lazy("In your own words. Of a notice, please tell its number or the address it named."),
        max_length=LONGEST_TEXT,
        widget=Textarea(rows=7),
        error_messages={"required": gettext_lazy("Please write a few words: without them we cannot look into it.")},
    )
    contact = PlainLineField(
        label=gettext_lazy("E-mail or phone"),
        help_text=gettext_lazy("You can leave this empty: you read our answer here, with the number you get."),
        max_length=200,
        required=False,
        widget=NoSpellcheckInput(inputmode="email"),
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(
        Field("about", wrapper_class="choices"),
        "receipt",
        "text",
        "contact",
        HTML("{% include 'components/honeypot.html' with name='" + HONEYPOT + "' only %}"),
    )

    def clean_contact(self) -> str:
        """Refuse an e-mail address with a slip in it."""
        contact: str = self.cleaned_data["contact"]
        if "@" in contact and " " not in contact and not contact.startswith("@"):
            validate_email(contact)
        return contact


class NumberForm(forms.Form):
    """Asks for the number of a complaint."""

    number = _code(
        label=gettext_lazy("Number of your complaint"),
        help_text=gettext_lazy("16 letters and digits. Spaces, dashes and small letters do not matter."),
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True

    def __init__(self, *, error: str = "") -> None:
        super().__init__({} if error else None)
        if error:
            self.add_error("number", error)


class AnswerForm(forms.Form):
    """What a supervisor writes, and what the complaint came to."""

    text = PlainTextField(
        label=gettext_lazy("Answer"), max_length=LONGEST_TEXT, required=False, widget=Textarea(rows=6)
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Close it as"),
        required=False,
        choices=[("", gettext_lazy("not yet")), *ComplaintOutcome.choices],
    )


class ComplaintDeadlinesForm(forms.ModelForm):  # type: ignore[type-arg]
    """The deadlines."""

    class Meta:
        model = ComplaintDeadlines
        fields = ["acknowledge_days", "answer_days"]

    def clean(self) -> dict[str, Any]:
        """What the database would refuse, at the field that is to blame."""
        data: dict[str, Any] = super().clean() or {}
        acknowledge, answer = data.get("acknowledge_days"), data.get("answer_days")
        if acknowledge is not None and acknowledge < 1:
            self.add_error("acknowledge_days", _("One day at least."))
        if answer is not None and not 1 <= answer <= 365:
            self.add_error("answer_days", _("Between 1 and %(limit)d days.") % {"limit": 365})
        elif acknowledge is not None and answer is not None and acknowledge > answer:
            self.add_error("acknowledge_days", _("It is acknowledged before it is answered."))
        return data
