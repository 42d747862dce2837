"""Forms of packages: a recipient, and the record of a delivery."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.common.crypto.signing import check_keys
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.fields import PlainLineField
from clicksafely.common.staff.date_fields import StaffDateTimeField
from hotline.models import PoliceDelivery, PolicePackage, PoliceRecipient
from hotline.outbox import config
from hotline.referral.police.certificates import CertificateRefused, check_usable, read_certificate
from hotline.referral.police.delivery import Delivery

# Tolerance for clock differences.
AHEAD = timedelta(minutes=5)


class PoliceRecipientForm(forms.ModelForm):  # type: ignore[type-arg]
    """A unit of the police. Unusable and expired certificates are rejected."""

    class Meta:
        model = PoliceRecipient
        fields = ["name", "unit", "delivery", "email", "certificate", "grouping", "active", "is_default"]
        widgets = {
            "certificate": forms.Textarea(
                attrs={"rows": 8, "cols": 70, "spellcheck": "false", "autocomplete": "off", "class": "evidence"}
            )
        }

    def clean_certificate(self) -> str:
        """One valid certificate in PEM, or nothing."""
        pem = str(self.cleaned_data["certificate"]).strip()
        if not pem:
            return ""
        try:
            check_usable(read_certificate(pem), timezone.now())
        except CertificateRefused as refusal:
            # An unchanged expired certificate must not prevent deactivation of the recipient.
            switched_off = not (self.data.get("active") or self.data.get("is_default"))
            if switched_off and pem == self.instance.certificate.strip():
                return pem
            raise ValidationError(str(refusal.message)) from refusal
        return pem

    def clean(self) -> dict[str, Any]:
        """Check the database constraints and assign errors to fields; without the signing key nothing can be saved."""
        data: dict[str, Any] = super().clean() or {}
        try:
            check_keys()
        except ActionRefused as refusal:
            raise ValidationError(refusal.message) from refusal
        if data.get("delivery") == PoliceDelivery.EMAIL:
            if not data.get("email") and "email" not in self.errors:
                self.add_error("email", _("Enter the address that packages are sent to."))
            if not config.is_configured():
                self.add_error("delivery", _("E-mail is not set up. Ask the administrator to set it up first."))
        if data.get("is_default") and not data.get("active"):
            self.add_error("active", _("The recipient of packages must be active."))
        return data

    def validate_constraints(self) -> None:
        """Skipped: `clean` covers the constraints, and saving replaces the former default recipient."""


class DeliveryForm(forms.Form):
    """Method, time and number of a delivery."""

    how = forms.ChoiceField(label=_("Method"), choices=PoliceDelivery.choices)
    number = PlainLineField(
        label=_("Receipt number"),
        max_length=120,
        help_text=_("The number under which the police registered it, for example their protocol number."),
    )
    at = StaffDateTimeField(label=_("When"))

    def __init__(self, *args: Any, package: PolicePackage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.package = package
        if package.pictures:
            how = cast(forms.ChoiceField, self.fields["how"])
            how.choices = [choice for choice in PoliceDelivery.choices if choice[0] != PoliceDelivery.EMAIL]

    def clean_at(self) -> Any:
        """Not before the creation of the package, and not in the future."""
        at = self.cleaned_data["at"]
        if at > timezone.now() + AHEAD:
            raise ValidationError(_("This time is in the future. Enter the time of the delivery."))
        if at < self.package.created_at.replace(second=0, microsecond=0):
            raise ValidationError(_("The package had not been created at that time."))
        return at

    def delivery(self) -> Delivery:
        """Return the recorded delivery; after validation."""
        data = self.cleaned_data
        return Delivery(PoliceDelivery(data["how"]), data["number"], data["at"])
