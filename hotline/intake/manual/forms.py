"""Form for manual reports: the common report fields, and channel, time and language."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from hotline.intake.manual.form_texts import HELPS, LABELS
from hotline.intake.web.base_forms import BaseReportForm
from hotline.intake.web.report_draft import ReportDraft
from hotline.models import Category, Channel
from hotline.models.report import MANUAL_CHANNELS

OLDEST = timedelta(days=90)


class EnterForm(BaseReportForm):
    """`now` is the reference time for validation. After validation `came_in` is aware."""

    field_order = ["channel", "came_in", "language", "category"]

    channel = forms.ChoiceField(
        choices=[(channel.value, channel.label) for channel in MANUAL_CHANNELS], widget=forms.RadioSelect
    )
    came_in = forms.DateTimeField(
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": "3600"})
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE)
    category = forms.ChoiceField(choices=Category.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.initial.setdefault("came_in", timezone.localtime(now).replace(minute=0, second=0, microsecond=0))
        for name, field in self.fields.items():
            field.label, field.help_text = LABELS[name], HELPS.get(name, "")  # type: ignore[assignment]

    def clean_came_in(self) -> datetime:
        """Accept an hour that has begun and is not older than OLDEST."""
        came_in: datetime = self.cleaned_data["came_in"]
        if came_in.replace(minute=0, second=0, microsecond=0) > self.now:
            raise ValidationError(_("This hour has not come yet."))
        if came_in < self.now - OLDEST:
            raise ValidationError(_("This is more than 90 days ago. Choose when it came to the hotline."))
        return came_in

    @property
    def came_by(self) -> Channel:
        """The channel of a valid form."""
        return Channel(self.cleaned_data["channel"])

    def draft(self, *, receipt: str) -> ReportDraft:
        """Return the draft of a valid form."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in {"channel", "came_in"}}
        return ReportDraft(receipt=receipt, **said)
