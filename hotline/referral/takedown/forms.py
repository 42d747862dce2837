"""Forms of notices in the staff site; templates are validated before they are saved."""

from django import forms

from hotline.models import NoticeTemplate
from hotline.referral.takedown.content import check_body, check_subject


class NoticeTemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """Subject and text of one template; its kind, group and language are fixed."""

    class Meta:
        model = NoticeTemplate
        fields = ["subject", "body"]
        widgets = {
            "subject": forms.TextInput(attrs={"size": 90}),
            "body": forms.Textarea(attrs={"rows": 28, "cols": 100}),
        }

    def clean_subject(self) -> str:
        """One line with known variables."""
        subject = " ".join(str(self.cleaned_data["subject"]).split())
        check_subject(subject)
        return subject

    def clean_body(self) -> str:
        """Return a text with every required variable and no unknown ones."""
        body = str(self.cleaned_data["body"])
        check_body(body, kind=self.instance.kind, group=self.instance.group)
        return body
