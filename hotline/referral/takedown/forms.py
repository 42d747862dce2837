"""Forms of the staff site for notices; a wording is checked before it is kept."""

from django import forms

from hotline.models import NoticeTemplate
from hotline.referral.takedown.content import check_body, check_subject


class NoticeTemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """Subject and text of one wording; what it is for was decided by the migration that made it."""

    class Meta:
        model = NoticeTemplate
        fields = ["subject", "body"]
        widgets = {
            "subject": forms.TextInput(attrs={"size": 90}),
            "body": forms.Textarea(attrs={"rows": 28, "cols": 100}),
        }

    def clean_subject(self) -> str:
        """One line, whose variables are known."""
        subject = " ".join(str(self.cleaned_data["subject"]).split())
        check_subject(subject)
        return subject

    def clean_body(self) -> str:
        """A text with every variable that makes it a notice, and no other than there are."""
        body = str(self.cleaned_data["body"])
        check_body(body, kind=self.instance.kind, group=self.instance.group)
        return body
