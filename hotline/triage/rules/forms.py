"""Form of a triage rule. Values that match everything are refused, broad ones need confirmation."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clicksafely.common.fields import PlainLineField
from hotline.hosting.abuse_contacts import host_name
from hotline.models import TriageRule
from hotline.triage.rules.matching import InvalidRuleValue, canonical_value
from hotline.triage.rules.selectors import RulePreview, preview


def preview_text(found: RulePreview, warning: str = "") -> str:
    """Return the preview as text: "It fits 312 of the last 1,000 addresses. `warning` For example: …"."""
    text = ngettext(
        "It matches %(n)s of the last %(all)s addresses.",
        "It matches %(n)s of the last %(all)s addresses.",
        found.fitting,
    ) % {"n": found.fitting, "all": found.looked_at}
    if warning:
        text += f" {warning}"
    if found.examples:
        text += " " + _("For example: %(addresses)s") % {"addresses": " · ".join(found.examples)}
    return text


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """`found` is the preview of a valid value. The input stays unchanged until the rule is saved."""

    value = PlainLineField(
        max_length=300,
        label=gettext_lazy("value"),
        widget=AdminTextInputWidget,
        help_text=gettext_lazy(
            "A host (www.example.org), a domain (example.org), or an address pattern in which * matches any "
            "text (*.example.org/gallery/*)."
        ),
    )
    set_host = PlainLineField(
        max_length=255,
        required=False,
        label=gettext_lazy("host to be shown"),
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("The actual location of the content, if the address does not show it."),
    )
    note = PlainLineField(
        max_length=500,
        required=False,
        label=gettext_lazy("note for analysts"),
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("Advice for analysts. A rule never decides whether content is illegal."),
    )
    confirmed = forms.BooleanField(
        required=False, label=gettext_lazy("I have checked how many addresses it matches and want to keep it")
    )

    class Meta:
        model = TriageRule
        fields = ["kind", "value", "set_host", "do_not_fetch", "raise_priority", "note", "active"]

    found: RulePreview | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("value", "set_host", "note"):
            self.fields[name].label = capfirst(self.fields[name].label or "")

    def clean_set_host(self) -> str:
        """Return the host in canonical form, or ""."""
        typed = str(self.cleaned_data["set_host"])
        return host_name(typed) if typed else ""

    def clean(self) -> dict[str, Any]:
        """Parse the value, preview its matches, and require an effect."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        effects = [data.get(name) for name in ("set_host", "do_not_fetch", "raise_priority", "note")]
        if not any(effects) and not self.errors:
            self.add_error("note", _("This rule has no effect yet. Choose an effect or write a note."))
        if data.get("kind") and data.get("value"):
            self._read_value(data)
        return data

    def _read_value(self, data: dict[str, Any]) -> None:
        try:
            data["value"] = canonical_value(data["kind"], data["value"])
        except InvalidRuleValue as problem:
            self.add_error("value", str(problem.message))
            return
        self.found = preview(kind=data["kind"], value=data["value"])
        same = TriageRule.objects.filter(kind=data["kind"], value=data["value"]).exclude(pk=self.instance.pk)
        if same.exists():
            self.add_error("value", _("A rule for this already exists. Change that rule."))
        elif data.get("active") and self.found.is_broad and not data.get("confirmed"):
            self.add_error(
                "confirmed",
                preview_text(self.found, _("This rule matches many addresses. Confirm that this is intended.")),
            )
