"""The form that redeems a code, and the coordinators' form for code sheets."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.i18n.language import LANGUAGES
from youthpanel.member_auth import codes
from youthpanel.models import Cohort

# The full URL of a QR code, which contains the code, may be pasted.
LONGEST_TYPED: Final = 300
MISSING, ALL = "missing", "all"


class JoinForm(forms.Form):
    """An invitation code. `code` is cleaned to its letters."""

    code = forms.CharField(
        label=pgettext_lazy("panel", "Your code"),
        max_length=LONGEST_TYPED,
        help_text=_("16 letters and digits from your paper. Spaces and dashes do not matter."),
        error_messages={"required": _("Type the code from your paper.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "form-control code-field mono",
                "translate": "no",
            }
        ),
    )

    def clean_code(self) -> str:
        """The 16 characters."""
        code = codes.normalise(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("A code has 16 letters and digits. Look at your paper once more: is one missing, or one too many?")
            )
        return code


class CodeSheetForm(forms.Form):
    """The members for whom codes are printed, and the language or script."""

    cohort = forms.ModelChoiceField(queryset=Cohort.objects.order_by("-begins_on"), widget=forms.HiddenInput)
    language = forms.ChoiceField(
        label=_("In which script or language"), choices=[(code, said.name) for code, said in LANGUAGES.items()]
    )
    whom = forms.ChoiceField(
        label=_("For whom"),
        initial=MISSING,
        choices=[
            (MISSING, pgettext_lazy("codes", "everybody who has no unused code")),
            (ALL, pgettext_lazy("codes", "everybody; unused codes stop working")),
        ],
        required=False,
    )
    member = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
