"""Forms of the public report and the status page."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from clicksafely.common.fields import PlainTextField
from clicksafely.common.files.image_uploads import ImageRefused, ReencodedImage, reencode_upload
from clicksafely.common.http.cookieless_forms import HONEYPOT
from clicksafely.common.plain_text import TextError, clean_text
from hotline.intake.web import form_texts
from hotline.intake.web.base_forms import BaseReportForm, NoSpellcheckInput, Textarea
from hotline.intake.web.report_draft import DraftPicture, ReportDraft
from hotline.models import Category
from hotline.triage.hash_lists.digests import FileDigest, digest_file

MAX_PICTURES = 5


class PicturesInput(forms.Widget):
    """Uploads several pictures, and lists the accepted ones, which can be removed."""

    # Not a FileInput, because crispy renders that with its own template, without the list.
    needs_multipart_form = True
    template_name = "public/hotline/report/image_input.html"
    kept: Sequence[DraftPicture] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> "list[UploadedFile[bytes]]":
        """Return every chosen file."""
        return files.getlist(name) if hasattr(files, "getlist") else []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the accepted pictures."""
        return {**super().get_context(name, value, attrs), "kept": self.kept}


class PicturesField(forms.Field):
    """Several files. The form validates each of them."""

    widget = PicturesInput


class NewPicture(NamedTuple):
    """A validated picture that is not stored yet. `file` has the digests of the original."""

    name: str
    image: ReencodedImage
    file: FileDigest


class ReportForm(BaseReportForm):
    """The report form of all categories. `csam` has no pictures, and `child` uses simpler texts.

    `kept` are pictures accepted before. After validation `new_pictures` are the pictures to store, even if other fields
    have errors, and `extraction` is the result for the addresses.
    """

    field_order = ["addresses", "app", "handle", "what", "when_seen", "details", "images"]

    images = PicturesField(required=False)
    consent = forms.BooleanField(
        error_messages={"required": gettext_lazy("Please tick this: without it we may not read your report.")}
    )

    def __init__(
        self, *args: Any, category: str, child: bool, kept: Sequence[DraftPicture] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.category, self.child, self.kept = category, child, kept
        self.new_pictures: list[NewPicture] = []
        if category == Category.CSAM:
            del self.fields["images"]
        else:
            self.fields["images"].widget.kept = self.kept
        labels, helps = form_texts.labels(child=child), form_texts.helps(category=category, child=child)
        for name, field in self.fields.items():
            field.label, field.help_text = labels[name], helps.get(name, "")  # type: ignore[assignment]
        if child:
            self.fields["consent"].error_messages["required"] = _("Tick this, please: without it we may not read what you wrote.")  # fmt: skip
        if child and not self.is_bound:
            self.initial.setdefault("about_me", True)

    @property
    def helper(self) -> FormHelper:
        """The crispy layout. The template renders the form element, its tokens and its button."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = _layout(self.category, child=self.child)
        return helper

    def has_substance(self) -> bool:
        """Return whether the valid form has text or pictures that an analyst can use."""
        return super().has_substance() or bool(self.kept or self.new_pictures)

    def ask_for_substance(self) -> tuple[str, str]:
        """Return the field and the message for a form without content."""
        if not self.child:
            return super().ask_for_substance()
        return "what", _("Tell us a little more: a few words, a link, or the name of the app. One of them is enough.")

    def clean_images(self) -> "list[UploadedFile[bytes]]":
        """Validate every picture. Valid ones are accepted even if others are refused."""
        problems = []
        room = MAX_PICTURES - len(self.kept)
        for upload in self.cleaned_data["images"]:
            if len(self.new_pictures) >= room:
                problems.append(_("At most %(limit)d pictures fit into one report.") % {"limit": MAX_PICTURES})
                break
            name = _shown_name(upload)
            try:
                self.new_pictures.append(NewPicture(name, reencode_upload(upload), _digests(upload)))
            except ImageRefused as refusal:
                problems.append(f"{name}: {refusal.message}")
        if problems:
            raise ValidationError(problems)
        return []

    def draft(self, *, language: str, receipt: str, pictures: list[DraftPicture], trapped: bool) -> ReportDraft:
        """Return the draft of a valid form."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in {"images", "consent"}}
        return ReportDraft(
            category=self.category,
            language=language,
            receipt=receipt,
            pictures=pictures,
            child=self.child,
            trapped=trapped,
            **said,
        )


def _layout(category: str, *, child: bool) -> Layout:
    where = Fieldset(_("Where is it?"), "addresses", Div("app", "handle", css_class="pair"))
    what = Fieldset(_("What is it?"), "what", Field("when_seen", wrapper_class="choices choices-row"), "details")
    pictures = HTML("{% include 'public/hotline/report/_no_images.html' %}") if category == Category.CSAM else "images"
    what.append(pictures)
    who = Fieldset(_("Is somebody in danger?"), Div("danger_now", "about_me", css_class="ticks"))
    wished = pgettext("to a child", "Do you want an answer?") if child else _("Do you want an answer?")
    answer = Fieldset(wished, "contact", "wants_answer")
    trap = HTML("{% include 'components/honeypot.html' with name='" + HONEYPOT + "' only %}")
    return Layout(where, what, who, answer, trap, Fieldset(_("Your consent"), "consent"))


def _digests(upload: "UploadedFile[bytes]") -> FileDigest:
    upload.seek(0)
    return digest_file(upload.read(), media_type=upload.content_type or "")


def _shown_name(upload: "UploadedFile[bytes]") -> str:
    try:
        return truncatechars(clean_text(upload.name or "", max_length=1000), 40) or _("picture")
    except TextError:
        return _("picture")


class StatusForm(forms.Form):
    """Asks for the receipt. A submitted receipt is never shown again. An unsent message is."""

    receipt = forms.CharField(
        required=False,
        label=pgettext_lazy("of a report", "Your code"),
        help_text=gettext_lazy(
            "16 letters and digits. Spaces, dashes and small letters do not matter, nor whether it is O or 0, I or 1."
        ),
        widget=NoSpellcheckInput(**{"autocapitalize": "characters", "class": "mono receipt-input"}),
    )
    text = forms.CharField(required=False, label=gettext_lazy("Your message, not sent yet"), widget=Textarea(rows=4))

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True

    def __init__(self, *, unsent_text: str, error: str, child: bool) -> None:
        super().__init__({"text": unsent_text})
        if child:
            self.fields["receipt"].label = pgettext("to a child", "Your code")
        if not unsent_text:
            del self.fields["text"]
        if error:
            self.add_error("receipt", error)


class MessageForm(forms.Form):
    """A message of the reporter."""

    text = PlainTextField(
        label=gettext_lazy("Your message"),
        max_length=5_000,
        widget=Textarea(rows=4),
        error_messages={"required": gettext_lazy("Write something first.")},
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
