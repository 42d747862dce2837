"""The form of a report and the fields it is made of."""

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
    """Chooses several pictures, and lists those that were accepted before, each of which can be removed."""

    # Not a FileInput: crispy would lay that out by a template of its own, without the list.
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
    """Several files; the form checks them one by one."""

    widget = PicturesInput


class NewPicture(NamedTuple):
    """A picture that passed the check and is not stored yet; `file` are the digests of its bytes as they came."""

    name: str
    image: ReencodedImage
    file: FileDigest


class ReportForm(BaseReportForm):
    """One form for every category; for `csam` without pictures, in simpler words where `child`.

    `kept` are pictures accepted before. After validation `new_pictures` holds those that are to be stored, whether or not other
    fields have errors, and `extraction` what the addresses name.
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
        """How crispy lays the fields out; the template writes the form element, its tokens and its button."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = _layout(self.category, child=self.child)
        return helper

    def has_substance(self) -> bool:
        """Whether the valid form says or shows anything that an analyst can start from."""
        return super().has_substance() or bool(self.kept or self.new_pictures)

    def ask_for_substance(self) -> tuple[str, str]:
        """The field at which an empty form is told what is needed, and the message."""
        if not self.child:
            return super().ask_for_substance()
        return "what", _("Tell us a little more: a few words, a link, or the name of the app. One of them is enough.")

    def clean_images(self) -> "list[UploadedFile[bytes]]":
        """Check every picture by itself; good ones are taken even where others are refused."""
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
        """What a valid form says."""
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
    """Asks for the receipt. What was typed never comes back to the page; a message that was being written does."""

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
    """What the reporter adds to a report."""

    text = PlainTextField(
        label=gettext_lazy("Your message"),
        max_length=5_000,
        widget=Textarea(rows=4),
        error_messages={"required": gettext_lazy("Write something first.")},
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
