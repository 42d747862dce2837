"""Form for manual reports: the common report fields, and channel, time and language."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from clicksafely.common.clock import hour_of
from clicksafely.common.staff.date_fields import StaffDateTimeField
from hotline.categories import category_choices
from hotline.intake.manual.form_texts import HELPS, LABELS
from hotline.intake.web.base_forms import BaseReportForm
from hotline.intake.web.report_draft import ReportDraft
from hotline.models import Channel
from hotline.models.report import MANUAL_CHANNELS

OLDEST = timedelta(days=90)


class EnterForm(BaseReportForm):
    """`now` is the reference time for validation. After validation `received_on` is aware."""

    field_order = ["channel", "received_on", "language", "category"]

    channel = forms.ChoiceField(
        choices=[(channel.value, channel.label) for channel in MANUAL_CHANNELS], widget=forms.RadioSelect
    )
    received_on = StaffDateTimeField()
    language = forms.ChoiceField(choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE)
    category = forms.ChoiceField(choices=category_choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.initial.setdefault("received_on", hour_of(timezone.localtime(now)))
        for name, field in self.fields.items():
            field.label, field.help_text = LABELS[name], HELPS.get(name, "")  # type: ignore[assignment]

    def clean_received_on(self) -> datetime:
        """Accept an hour that has begun and is not older than OLDEST."""
        received_on: datetime = self.cleaned_data["received_on"]
        if hour_of(received_on) > self.now:
            raise ValidationError(_("This time is in the future."))
        if received_on < self.now - OLDEST:
            raise ValidationError(_("This is more than 90 days ago. Choose when the hotline received the report."))
        return received_on

    @property
    def chosen_channel(self) -> Channel:
        """The channel of a valid form."""
        return Channel(self.cleaned_data["channel"])

    def draft(self, *, receipt: str) -> ReportDraft:
        """Return the draft of a valid form."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in {"channel", "received_on"}}
        return ReportDraft(receipt=receipt, **values)
