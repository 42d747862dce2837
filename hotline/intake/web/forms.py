"""Forms of the public report and the status page."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from crispy_forms.utils import TEMPLATE_PACK
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from clicksafely.common.crypto import receipts
from clicksafely.common.fields import PlainLineField, PlainTextField
from clicksafely.common.files.image_uploads import ImageRefused, read_upload
from clicksafely.common.http.cookieless_forms import HONEYPOT
from clicksafely.common.plain_text import TextError, clean_text
from hotline.categories import CATEGORIES, Text
from hotline.intake.web import form_texts
from hotline.intake.web.base_forms import BaseReportForm, NoSpellcheckInput, Textarea, clean_contact
from hotline.intake.web.report_draft import DraftPicture, ReportDraft
from hotline.triage.hash_lists.own_pictures import MAX_CODES, is_code

MAX_PICTURES = 5


class PicturesInput(forms.Widget):
    """Uploads several pictures, and lists the accepted ones, which can be removed."""

    # Not a FileInput, because crispy renders that with its own template, without the list.
    needs_multipart_form = True
    template_name = "public/hotline/report/image_input.html"
    stored_pictures: Sequence[DraftPicture] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> "list[UploadedFile[bytes]]":
        """Return every chosen file."""
        return files.getlist(name) if hasattr(files, "getlist") else []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the accepted pictures."""
        return {**super().get_context(name, value, attrs), "stored_pictures": self.stored_pictures}


class PicturesField(forms.Field):
    """Several files. The form validates each of them."""

    widget = PicturesInput


class OwnPicturesInput(forms.Widget):
    """A ticked checkbox for each code of an own picture. Other values are never shown."""

    template_name = "public/hotline/report/own_pictures_input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return every ticked code."""
        codes: list[str] = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return codes

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the valid codes."""
        codes = [code for code in dict.fromkeys(value or []) if is_code(code)][:MAX_CODES]
        return {**super().get_context(name, value, attrs), "codes": codes}


class OwnPicturesField(forms.Field):
    """Codes of the page "Your own picture", at most `MAX_CODES` different ones."""

    widget = OwnPicturesInput

    def clean(self, value: list[str]) -> list[str]:
        """Return the different codes. Raises ValidationError."""
        codes = list(dict.fromkeys(value))
        if len(codes) > MAX_CODES:
            raise ValidationError(_("One report can contain at most %(limit)d pictures.") % {"limit": MAX_CODES})
        if not all(map(is_code, codes)):
            raise ValidationError(_("This is not a picture code. Choose the picture again."))
        return codes


class NewPicture(NamedTuple):
    """A picture whose header was checked: its name, original bytes, format and declared type. It is neither decoded nor stored yet."""

    name: str
    data: bytes
    kind: str
    media_type: str


class PicturesForm(forms.Form):
    """A form with pictures. `kept` are pictures accepted before.

    After validation `new_pictures` are the pictures to store, even if other fields have errors.
    """

    images = PicturesField(required=False)
    too_many_pictures = gettext_lazy("One report can contain at most %(limit)d pictures.")

    def __init__(self, *args: Any, stored_pictures: Sequence[DraftPicture] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_pictures = stored_pictures
        self.fields["images"].widget.stored_pictures = stored_pictures
        self.new_pictures: list[NewPicture] = []

    def clean_images(self) -> "list[UploadedFile[bytes]]":
        """Validate every picture. Valid ones are accepted even if others are refused."""
        problems = []
        room = MAX_PICTURES - len(self.stored_pictures)
        for upload in self.cleaned_data["images"]:
            if len(self.new_pictures) >= room:
                problems.append(self.too_many_pictures % {"limit": MAX_PICTURES})
                break
            name = _shown_name(upload)
            try:
                self.new_pictures.append(NewPicture(name, *read_upload(upload), upload.content_type or ""))
            except ImageRefused as refusal:
                problems.append(f"{name}: {refusal.message}")
        if problems:
            raise ValidationError(problems)
        return []


class ReportForm(PicturesForm, BaseReportForm):
    """The report form of all categories. `child` uses simpler texts.

    After validation `extraction` is the result for the addresses.
    """

    field_order = ["addresses", "what", "danger_now", "about_me", "app", "handle", "when_seen", "details", "images"]

    own_pictures = OwnPicturesField(required=False)
    consent = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Please tick this box. Without your consent we may not read your report.")
        }
    )

    def __init__(self, *args: Any, category: str, child: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category, self.child = category, child
        if not CATEGORIES[category].takes_pictures:
            del self.fields["images"]
        labels, helps = form_texts.labels(child=child), form_texts.helps(CATEGORIES[category], child=child)
        for name, field in self.fields.items():
            field.label, field.help_text = labels[name], helps.get(name, "")  # type: ignore[assignment]
        self.fields["addresses"].widget.attrs["rows"] = 2
        if child:
            # In the order of the page, which is also that of the list of errors.
            self.order_fields(["what", "danger_now", "about_me"])
            self.fields["consent"].error_messages["required"] = _(
                "Please tick this box. We need your consent to read your report."
            )
        if child and not self.is_bound:
            self.initial.setdefault("about_me", True)

    @property
    def helper(self) -> FormHelper:
        """The crispy layout. The template renders the form element, its tokens and its button."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = _layout(
            self.category, child=self.child, has_pictures=bool(self.stored_pictures or self.new_pictures)
        )
        if self["own_pictures"].value():
            helper.layout.insert(0, "own_pictures")
        return helper

    def has_substance(self) -> bool:
        """Return whether the valid form has text or pictures that an analyst can use."""
        return super().has_substance() or bool(
            self.stored_pictures or self.new_pictures or self.cleaned_data.get("own_pictures")
        )

    def ask_for_substance(self) -> tuple[str, str]:
        """Return the field and the message for a form without content."""
        if not self.child:
            return super().ask_for_substance()
        return "what", _("Tell us a little more: a few words, a link or the name of the app. One of them is enough.")

    def drop_errors(self) -> None:
        """Drop the errors of a form that is only shown again, except those of pictures.

        Browsers do not choose files again.
        """
        for name in set(self.errors) - {"images"}:
            del self.errors[name]

    def draft(self, *, language: str, receipt: str, pictures: list[DraftPicture], trapped: bool) -> ReportDraft:
        """Return the draft of a valid form."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in {"images", "consent"}}
        return ReportDraft(
            category=self.category,
            language=language,
            receipt=receipt,
            pictures=pictures,
            child=self.child,
            trapped=trapped,
            **values,
        )


class Fold(Div):  # type: ignore[misc]
    """Optional fields under a heading. It is open if a field has an error or content, and works without scripts."""

    template = "public/hotline/report/fold.html"

    def __init__(self, title: Text, *fields: Any, is_open: bool = False) -> None:
        super().__init__(*fields)
        self.title, self.is_open = title, is_open

    def render(self, form: forms.Form, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        """Render the fields, and open the fold if needed."""
        names = [pointer.name for pointer in self.get_field_names()]
        self.is_open |= any(form.errors.get(name) or form[name].value() for name in names if name in form.fields)
        rendered: str = super().render(form, context, template_pack, **kwargs)
        return rendered


def _layout(category: str, *, child: bool, has_pictures: bool) -> Layout:
    titles = form_texts.folds(child=child)
    when = Field("when_seen", wrapper_class="choices choices-row")
    ticks = Div("danger_now", "about_me", css_class="checkbox-list")
    app = Div("app", "handle", css_class="pair")
    parts: list[Any] = ["what", ticks] if child else ["addresses", "what", ticks]
    parts.append(Fold(titles["where"], *(["addresses"] if child else []), app))
    parts.append(Fold(titles["more"], when, "details"))
    if CATEGORIES[category].takes_pictures:
        parts.append(Fold(titles["pictures"], "images", is_open=has_pictures))
    elif not child:
        parts.append(HTML("{% include 'public/hotline/report/_no_images.html' with child=False only %}"))
    parts.append(Fold(titles["answer"], "contact", "wants_answer"))
    trap = HTML("{% include 'components/honeypot.html' with name='" + HONEYPOT + "' only %}")
    return Layout(Div(*parts, trap, "consent", css_class="report-fields"))


def _shown_name(upload: "UploadedFile[bytes]") -> str:
    try:
        return truncatechars(clean_text(upload.name or "", max_length=1000), 40) or _("picture")
    except TextError:
        return _("picture")


class StatusForm(forms.Form):
    """Asks for the receipt. A receipt that opens no report is shown again, to be corrected, and an unsent message too."""

    receipt = forms.CharField(
        required=False,
        label=pgettext_lazy("of a report", "Your code"),
        help_text=gettext_lazy(
            "16 letters and digits. Spaces, dashes, small letters, O or 0, and I or 1 make no difference."
        ),
        widget=NoSpellcheckInput(**{"autocapitalize": "characters", "class": "mono receipt-input"}),
    )
    text = forms.CharField(required=False, label=gettext_lazy("Your message, not sent yet"), widget=Textarea(rows=4))

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True

    def __init__(self, *, typed: str, unsent_text: str, error: str, child: bool) -> None:
        super().__init__({"receipt": typed.replace("\0", ""), "text": unsent_text})
        if child:
            self.fields["receipt"].label = pgettext("to a child", "Your code")
        if not unsent_text:
            del self.fields["text"]
        if error:
            self.add_error("receipt", error)


def receipt_problem(typed: str, *, child: bool) -> str:
    """Return the error for input that is not in the format of a receipt, or "". It reveals nothing about stored reports."""
    letters = receipts.read_letters(typed)
    if letters == "":
        return pgettext("to a child", "Enter your code.") if child else _("Enter your code.")
    if letters is None:
        return _("This is too long. A code has 16 letters and digits.")
    if len(letters) != receipts.LENGTH:
        return _("A code has 16 letters and digits. You entered %(count)d.") % {"count": len(letters)}
    if "U" in letters:
        return _("Codes never contain the letter U. It may be a V.")
    if strange := [letter for letter in letters if letter not in receipts.ALPHABET]:
        return _("Codes never contain the character “%(character)s”.") % {"character": strange[0]}
    return ""


class ContactForm(forms.Form):
    """Another contact of the reporter, for messages about news. Its field is posted with the unsent message, which stays."""

    contact = PlainLineField(
        label=gettext_lazy("Another e-mail or phone"),
        max_length=200,
        widget=NoSpellcheckInput(inputmode="email", form="step"),
        error_messages={"required": gettext_lazy("Enter an e-mail address or a telephone number.")},
    )

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True

    def clean_contact(self) -> str:
        """Refuse an e-mail address to which no answer would arrive."""
        return clean_contact(self.cleaned_data["contact"])


class MessageForm(PicturesForm):
    """A message of the reporter: text, pictures or both. Without `takes_pictures` it has only the text.

    `is_draft`: the message is not sent yet and may be empty. `child` uses simpler texts.
    """

    field_order = ["text", "images"]

    text = PlainTextField(label=gettext_lazy("Your message"), max_length=5_000, required=False, widget=Textarea(rows=4))
    too_many_pictures = gettext_lazy("One message can contain at most %(limit)d pictures.")

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True

    def __init__(self, *args: Any, takes_pictures: bool, child: bool, is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child, self.is_draft = child, is_draft
        images = self.fields["images"]
        images.label = form_texts.labels(child=child)["images"]  # type: ignore[assignment]
        images.help_text = form_texts.helps(child=child)["images"]  # type: ignore[assignment]
        if not takes_pictures:
            del self.fields["images"]

    def clean(self) -> None:
        """Require text or a picture. A refused picture has an error of its own."""
        has_content = self.cleaned_data.get("text") or self.stored_pictures or self.new_pictures
        if not (has_content or self.errors or self.is_draft):
            self.add_error(
                "text", pgettext("to a child", "Write something first.") if self.child else _("Write something first.")
            )
