"""The forms that open a slip with its code and its pictures, and the coordinators' form for code sheets."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from clicksafely.common.i18n.language import LANGUAGES
from youthpanel.member_auth import codes, pictures
from youthpanel.models import Cohort

# The full URL of a QR code, which contains the code, may be pasted.
MAX_TYPED_LENGTH: Final = 300
MISSING, ALL = "missing", "all"


class PicturesWidget(forms.Widget):
    """Six groups of radio buttons, `NAME-1` to `NAME-6`, each with all pictures; a script makes one keypad of them.

    What was chosen is not shown again.
    """

    template_name = "public/youthpanel/members/_pictures.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "places": range(1, pictures.LENGTH + 1), "pictures": pictures.PICTURES.items()}

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> list[str]:
        return [data.get(f"{name}-{place}") or "" for place in range(1, pictures.LENGTH + 1)]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:
        return not any(self.value_from_datadict(data, files, name))


class PicturesField(forms.Field):
    """Six different pictures in order. Cleaned to their names; to an empty list if none was chosen and none is required."""

    widget = PicturesWidget

    def clean(self, value: Sequence[str]) -> list[str]:
        """The names of the pictures. Raises ValidationError."""
        chosen = [name for name in value if name]
        if pictures.is_sequence(chosen) or not (chosen or self.required):
            return chosen
        if len(set(chosen)) < len(chosen) == pictures.LENGTH:
            raise forms.ValidationError(_("Choose six different pictures. One of yours appears twice."))
        raise forms.ValidationError(
            ngettext("You chose %(n)s picture. Choose six.", "You chose %(n)s pictures. Choose six.", len(chosen))
            % {"n": len(chosen)}
        )


class CodeField(forms.CharField):
    """The code of a slip, cleaned to its letters."""

    def clean(self, value: Any) -> str:
        """Return the 16 characters. Raises ValidationError."""
        code = codes.normalise(super().clean(value))
        if code is None:
            raise forms.ValidationError(
                _("A code has 16 letters and digits. Check your paper: is one missing, or is there one too many?")
            )
        return code


class JoinForm(forms.Form):
    """The code of a slip, and its pictures unless they are to be chosen."""

    code = CodeField(
        label=pgettext_lazy("panel", "Your code"),
        max_length=MAX_TYPED_LENGTH,
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
    pictures = PicturesField(label=_("Your six pictures"), required=False)


class ChoosePicturesForm(forms.Form):
    """The first choice of the pictures of a slip, entered twice."""

    code = CodeField(widget=forms.HiddenInput)
    pictures = PicturesField(label=_("Choose six pictures"))
    again = PicturesField(label=_("The same six pictures once more"))

    def clean(self) -> dict[str, Any]:
        """Return the fields. Raises ValidationError for two different sequences, and for one that is easily guessed."""
        chosen, again = self.cleaned_data.get("pictures"), self.cleaned_data.get("again")
        if chosen and pictures.is_guessable(chosen):
            self.add_error(
                "pictures", _("These pictures stand in a row on the page, so others would guess them. Mix them up.")
            )
        elif chosen and again and chosen != again:
            self.add_error(
                "again", _("These are not the same six pictures in the same order. Choose them twice again.")
            )
        return self.cleaned_data


class CodeSheetForm(forms.Form):
    """Selection of the members that get printed slips, and the language or script."""

    cohort = forms.ModelChoiceField(queryset=Cohort.objects.order_by("-begins_on"), widget=forms.HiddenInput)
    members = forms.ChoiceField(
        label=_("Members"),
        initial=MISSING,
        choices=[
            (MISSING, pgettext_lazy("codes", "all members without a valid slip")),
            (ALL, pgettext_lazy("codes", "all who have not chosen pictures; their earlier slips stop working")),
        ],
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Script or language"), choices=[(code, each.name) for code, each in LANGUAGES.items()]
    )
    member = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class ApprovalForm(forms.Form):
    """The replacement to approve, or all of them, and the language or script of the slips."""

    language = CodeSheetForm.base_fields["language"]
    member = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
