"""Form of a retention rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hotline.models import RetentionRule
from hotline.models.retention import MAX_DAYS
from hotline.retention.policy import violated_minimum


class RetentionRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Form of a rule. An error on `days` names the legal minimum that the rule violates."""

    class Meta:
        model = RetentionRule
        fields = ["part", "category", "state", "police", "days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The scope of a general rule is fixed: without it the part would be kept indefinitely.
        if self.instance.pk and self.instance.is_general:
            for name in ("part", "category", "state", "police"):
                self.fields[name].disabled = True

    def clean_days(self) -> int:
        """Check the range that the database enforces."""
        days: int = self.cleaned_data["days"]
        if not 1 <= days <= MAX_DAYS:
            raise forms.ValidationError(_("Between 1 and %(limit)d days.") % {"limit": MAX_DAYS})
        return days

    def clean(self) -> dict[str, Any]:
        """Compare the rule with the legal minimums."""
        data: dict[str, Any] = super().clean() or {}
        if {"part", "days"} <= data.keys():
            rule = RetentionRule(**{name: data.get(name) or "" for name in ("part", "category", "state")})
            rule.police, rule.days = bool(data.get("police")), data["days"]
            minimum = violated_minimum(rule)
            if minimum is not None:
                text = _("The law requires at least %(days)d days: %(source)s.")
                self.add_error("days", text % {"days": minimum.days, "source": minimum.source})
        return data
