"""Forms of complaints: the public form, the number form, the supervisors' answer, the deadlines."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.http.cookieless_forms import HONEYPOT
from hotline.intake.web.base_forms import NoSpellcheckInput, Textarea, clean_contact
from hotline.models import ComplaintAbout, ComplaintDeadlines, ComplaintOutcome

MAX_TEXT_LENGTH = 10_000


def _code(**options: Any) -> forms.CharField:
    widget = NoSpellcheckInput(**{"autocapitalize": "characters", "class": "mono receipt-input"})
    return forms.CharField(required=False, widget=widget, **options)


class ComplaintForm(forms.Form):
    """A new complaint. The view looks up the report's code and reports an unknown one."""

    about = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=ComplaintAbout.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    receipt = _code(
        label=gettext_lazy("Code of your report, if you have it"),
        help_text=gettext_lazy(
            "Only if it concerns your report. The code helps us to find the case. We do not store it."
        ),
    )
    text = PlainTextField(
        label=gettext_lazy("What happened, and what should we do about it?"),
        help_text=gettext_lazy(
            "In your own words. If it concerns a notice, please give its number or the address it named."
        ),
        max_length=MAX_TEXT_LENGTH,
        widget=Textarea(rows=7),
        error_messages={"required": gettext_lazy("Please write a few words, so that we can look into it.")},
    )
    contact = PlainLineField(
        label=gettext_lazy("E-mail or phone"),
        help_text=gettext_lazy(
            "You can leave this empty. You can read our answer here with the number of your complaint."
        ),
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
        """Refuse an e-mail address that cannot be written to."""
        return clean_contact(self.cleaned_data["contact"])


class NumberForm(forms.Form):
    """The number of a complaint."""

    number = _code(
        label=gettext_lazy("Number of your complaint"),
        help_text=gettext_lazy("16 letters and digits. Spaces, dashes and small letters do not matter."),
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True

    def __init__(self, *, number: str = "", error: str = "") -> None:
        super().__init__({"number": number} if number or error else None)
        if error:
            self.add_error("number", error)


class AnswerForm(forms.Form):
    """A supervisor's answer, and the outcome."""

    text = PlainTextField(
        label=gettext_lazy("Answer"), max_length=MAX_TEXT_LENGTH, required=False, widget=Textarea(rows=6)
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Close as"),
        required=False,
        choices=[("", gettext_lazy("not yet")), *ComplaintOutcome.choices],
    )


class ComplaintDeadlinesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Deadlines of acknowledgement and answer."""

    class Meta:
        model = ComplaintDeadlines
        fields = ["acknowledge_days", "answer_days"]

    def clean(self) -> dict[str, Any]:
        """Check the database constraints and assign errors to fields."""
        data: dict[str, Any] = super().clean() or {}
        acknowledge, answer = data.get("acknowledge_days"), data.get("answer_days")
        if acknowledge is not None and acknowledge < 1:
            self.add_error("acknowledge_days", _("At least one day."))
        if answer is not None and not 1 <= answer <= 365:
            self.add_error("answer_days", _("Between 1 and %(limit)d days.") % {"limit": 365})
        elif acknowledge is not None and answer is not None and acknowledge > answer:
            self.add_error("acknowledge_days", _("The answer cannot be due before the acknowledgement."))
        return data
