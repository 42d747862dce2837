"""Forms of routing in the staff site."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.hosting.abuse_contacts import country_code
from hotline.models import PartnerHotline, Route, RoutingRule
from hotline.referral.routing import classifications


class RoutingRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A routing rule; the classifications are those of the questions in use."""

    classification = forms.ChoiceField(label=_("Classification"), required=False)

    class Meta:
        model = RoutingRule
        fields = ["classification", "place", *Route.values, "hold_days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = classifications()
        present = self.instance.classification
        # A rule for an answer of a former version stays readable.
        other = [(present, present)] if present and present not in labels else []
        self.fields["classification"].choices = [("", _("any illegal content")), *labels.items(), *other]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check the database constraints and assign errors to fields."""
        data: dict[str, Any] = super().clean() or {}
        if not any(data.get(route) for route in Route.values):
            self.add_error("police", _("Choose at least one recipient."))
        if data.get("hold_days") and not data.get("police"):
            self.add_error("hold_days", _("A police hold requires the police as a recipient."))
        if (data.get("hold_days") or 0) > 90:
            self.add_error("hold_days", _("At most 90 days: the content stays online during that time."))
        if data.get("iccam") and data.get("place") not in {"", "inhope"}:
            self.add_error("iccam", _("There is no partner hotline for this hosting place."))
        return data


class PartnerHotlineForm(forms.ModelForm):  # type: ignore[type-arg]
    """A country with a member of INHOPE."""

    class Meta:
        model = PartnerHotline
        fields = ["country", "name", "active"]

    def clean_country(self) -> str:
        """Return the country code in upper case."""
        return country_code(self.cleaned_data["country"])
