"""Forms of the packages: a recipient, and the record of a delivery."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.common.fields import PlainLineField
from hotline.models import PoliceDelivery, PolicePackage, PoliceRecipient
from hotline.outbox import config
from hotline.referral.police.certificates import CertificateRefused, check_usable, read_certificate
from hotline.referral.police.delivery import Delivery

# Clocks differ.
AHEAD = timedelta(minutes=5)


class PoliceRecipientForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit of the police. A certificate nothing can be encrypted to is refused here, one that has expired too."""

    class Meta:
        model = PoliceRecipient
        fields = ["name", "unit", "delivery", "email", "certificate", "grouping", "active", "is_default"]
        widgets = {
            "certificate": forms.Textarea(
                attrs={"rows": 8, "cols": 70, "spellcheck": "false", "autocomplete": "off", "class": "evidence"}
            )
        }

    def clean_certificate(self) -> str:
        """One in PEM that may be used now, or nothing."""
        pem = str(self.cleaned_data["certificate"]).strip()
        if not pem:
            return ""
        try:
            check_usable(read_certificate(pem), timezone.now())
        except CertificateRefused as refusal:
            # What was refused before and is not touched must not keep anybody from switching the recipient off.
            switched_off = not (self.data.get("active") or self.data.get("is_default"))
            if switched_off and pem == self.instance.certificate.strip():
                return pem
            raise ValidationError(str(refusal.message)) from refusal
        return pem

    def clean(self) -> dict[str, Any]:
        """What the database would refuse, at the field that is to blame."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("delivery") == PoliceDelivery.EMAIL:
            if not data.get("email") and "email" not in self.errors:
                self.add_error("email", _("Write the address that packages are sent to."))
            if not config.is_configured():
                self.add_error(
                    "delivery", _("No e-mail goes out from here: whoever runs the system has to set it up first.")
                )
        if data.get("is_default") and not data.get("active"):
            self.add_error("active", _("Who gets the packages must be active."))
        return data

    def validate_constraints(self) -> None:
        """Nothing: `clean` says all of it, but for the one that got the packages until now, which gives that up when this one is saved."""


class DeliveryForm(forms.Form):
    """How, when and with what number a package was taken over."""

    how = forms.ChoiceField(label=_("How"), choices=PoliceDelivery.choices)
    number = PlainLineField(
        label=_("Number of the receipt"),
        max_length=120,
        help_text=_("Under which the police took it over, for example that of their protocol."),
    )
    at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, *args: Any, package: PolicePackage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.package = package
        if package.pictures:
            how = cast(forms.ChoiceField, self.fields["how"])
            how.choices = [choice for choice in PoliceDelivery.choices if choice[0] != PoliceDelivery.EMAIL]

    def clean_at(self) -> Any:
        """Not before the package was made, and not in the future."""
        at = self.cleaned_data["at"]
        if at > timezone.now() + AHEAD:
            raise ValidationError(_("This is in the future: write when it was handed over."))
        if at < self.package.made_at.replace(second=0, microsecond=0):
            raise ValidationError(_("The package was not made yet at that time."))
        return at

    def delivery(self) -> Delivery:
        """What was recorded; after validation."""
        data = self.cleaned_data
        return Delivery(PoliceDelivery(data["how"]), data["number"], data["at"])
