"""Forms of the register. Entries are normalised before further validation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hotline.hosting.abuse_contacts import country_code, host_name, normal_key
from hotline.models import AbuseContact, ContactKind, Host, SiteTypeRule


class AbuseContactForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = AbuseContact
        fields = ["kind", "key", "name", "email", "form_address", "language", "country", "is_cdn", "notes", "active"]

    def clean_country(self) -> str:
        """Return a country code or an empty string."""
        typed = self.cleaned_data["country"]
        return country_code(typed) if typed else ""

    def clean_language(self) -> str:
        """Return a language tag or an empty string."""
        typed = str(self.cleaned_data["language"]).strip()
        if typed and not all(part.isascii() and part.isalnum() for part in typed.split("-")):
            raise ValidationError(_("This is not the code of a language. For example en or sr-Latn."))
        return typed

    def clean(self) -> dict[str, Any]:
        """Normalise the key by its kind. Only networks can be CDNs."""
        cleaned = super().clean() or {}
        kind, key = cleaned.get("kind"), cleaned.get("key")
        if kind and key:
            try:
                cleaned["key"] = normal_key(kind, key)
            except ValidationError as error:
                self.add_error("key", error)
            else:
                same = AbuseContact.objects.filter(kind=kind, key=cleaned["key"]).exclude(pk=self.instance.pk)
                if same.exists():
                    self.add_error("key", _("The register already has an entry for this."))
        if cleaned.get("is_cdn") and kind != ContactKind.ASN:
            self.add_error("is_cdn", _("Only a network can deliver for others."))
        return cleaned


class SiteTypeRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SiteTypeRule
        fields = ["host", "path", "site_type"]

    def clean_host(self) -> str:
        """Return a host or an empty string."""
        typed = self.cleaned_data["host"].strip()
        return host_name(typed) if typed else ""

    def clean_path(self) -> str:
        """Return the beginning of a path with single slashes, or an empty string."""
        segments = [segment for segment in self.cleaned_data["path"].strip().lower().split("/") if segment]
        if any(set(segment) & set("?# ") for segment in segments):
            raise ValidationError(_("Write the path only, for example /forum."))
        return "".join(f"/{segment}" for segment in segments)

    def clean(self) -> dict[str, Any]:
        """Require a host or a path: a rule that matches every address has no use."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("host") and not cleaned.get("path"):
            self.add_error("host", _("Enter a host, a path or both. A rule that matches every address has no use."))
        return cleaned


class HostForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Host
        fields = ["registrar"]
