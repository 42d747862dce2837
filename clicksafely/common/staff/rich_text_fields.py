"""Rich text fields of staff forms: a small editor where scripts run, and sanitised input."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language, pgettext
from js_asset import ImportMap, Media, Script
from modeltranslation.fields import TranslationField

from clicksafely.common.rich_text import sanitise_html
from clicksafely.common.serbian.scripts import to_script

_EMPTY: Final = {"<p></p>", "<p><br></p>"}


class RichTextWidget(forms.Textarea):
    """A text area that becomes a small editor where scripts run; `levels` are its heading levels."""

    def __init__(self, levels: tuple[int, ...] = (3, 4), attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 8, **(attrs or {})})
        self.levels = levels

    @property
    def media(self) -> Media:
        """The import map locates the editor's module and carries the nonce of the page, as all staff scripts do."""
        return Media(
            importmap=ImportMap({"django-prose-editor/editor": "django_prose_editor/editor.js"}),
            css={
                "all": [
                    "django_prose_editor/material-icons.css",
                    "django_prose_editor/editor.css",
                    "django_prose_editor/overrides.css",
                    "css/staff/publishing.css",
                ]
            },
            js=[Script("js/staff/rich_text.js", type="module")],
        )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the attributes of the text area, including the editor's configuration."""
        context = super().get_context(name, value, attrs)
        configuration = json.dumps({"levels": self.levels, "labels": editor_labels()}, ensure_ascii=False)
        context["widget"]["attrs"]["data-rich-text"] = to_script(configuration, get_language() or "")
        return context


def editor_labels() -> dict[str, str]:
    """Return the editor's labels in the language of the page: by button name, and by English text for dialogues."""
    link, heading = pgettext("editor", "Link"), pgettext("editor", "Heading")
    return {
        "paragraph": pgettext("editor", "Paragraph"),
        "heading2": f"{heading} 2",
        "heading3": f"{heading} 3",
        "heading4": f"{heading} 4",
        "bold": pgettext("editor", "Bold"),
        "italic": pgettext("editor", "Emphasis"),
        "bulletList": pgettext("editor", "Bulleted list"),
        "orderedList": pgettext("editor", "Numbered list"),
        "blockquote": pgettext("editor", "Quotation"),
        "link": link,
        "unlink": pgettext("editor", "Remove the link"),
        "history:undo": pgettext("editor", "Undo"),
        "history:redo": pgettext("editor", "Redo"),
        "Edit Link": link,
        "URL": pgettext("editor", "Address"),
        "Title": pgettext("editor", "Title"),
        "Update": pgettext("editor", "Apply"),
        "Cancel": pgettext("editor", "Cancel"),
    }


class RichTextField(forms.CharField):
    """Rich text, sanitised on input; an empty paragraph counts as empty."""

    def clean(self, value: Any) -> Any:
        """Return the allowed markup only."""
        cleaned = sanitise_html(super().clean(value) or "").strip()
        if cleaned in _EMPTY:
            cleaned = ""
        if self.required and not cleaned:
            raise ValidationError(self.error_messages["required"], code="required")
        return cleaned


class RichTextMixin:
    """An admin or inline whose fields named in `rich_text` use the small editor with `heading_levels`.

    Fields below another heading have their own levels in `levels_of`.
    """

    rich_text: ClassVar[tuple[str, ...]] = ()
    heading_levels: ClassVar[tuple[int, ...]] = (3, 4)
    levels_of: ClassVar[Mapping[str, tuple[int, ...]]] = {}

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Use a rich text field if it is named in `rich_text`."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        name = base_field_name(db_field)
        if field is None or name not in self.rich_text:
            return field
        return RichTextField(
            label=field.label,
            required=field.required,
            help_text=field.help_text,
            widget=RichTextWidget(self.levels_of.get(name, self.heading_levels)),
        )


def base_field_name(field: "models.Field[Any, Any]") -> str:
    """Return the field's name without its language suffix."""
    return field.translated_field.name if isinstance(field, TranslationField) else field.name
