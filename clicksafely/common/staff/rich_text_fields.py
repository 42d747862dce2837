"""Rich text in forms of the staff side: an area with a small toolbar where scripts run, and what comes in is cleaned."""

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
    """A text area that becomes a small editor where scripts run; `levels` are those of the headings that it offers."""

    def __init__(self, levels: tuple[int, ...] = (3, 4), attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 8, **(attrs or {})})
        self.levels = levels

    @property
    def media(self) -> Media:
        """The map says where the editor's module is; like every script of the staff side it is given the nonce of the page."""
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
        """The area's attributes, with what the editor has to know."""
        context = super().get_context(name, value, attrs)
        told = json.dumps({"levels": self.levels, "labels": editor_labels()}, ensure_ascii=False)
        context["widget"]["attrs"]["data-rich-text"] = to_script(told, get_language() or "")
        return context


def editor_labels() -> dict[str, str]:
    """The editor's own words in the language of the page: by the names of its buttons, and by its English words in dialogues."""
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
    """Rich text, cleaned as it comes in; an editor's empty paragraph is nothing."""

    def clean(self, value: Any) -> Any:
        """The markup that is allowed, and no other."""
        cleaned = sanitise_html(super().clean(value) or "").strip()
        if cleaned in _EMPTY:
            cleaned = ""
        if self.required and not cleaned:
            raise ValidationError(self.error_messages["required"], code="required")
        return cleaned


class RichTextMixin:
    """An admin or inline whose fields named in `rich_text` are written with the small editor, which offers headings of `heading_levels`.

    A field that stands under another heading than the rest has its own levels in `levels_of`.
    """

    rich_text: ClassVar[tuple[str, ...]] = ()
    heading_levels: ClassVar[tuple[int, ...]] = (3, 4)
    levels_of: ClassVar[Mapping[str, tuple[int, ...]]] = {}

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Rich text where it is named."""
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
    """The name of the field that this one is a language of; its own name where it is none."""
    return field.translated_field.name if isinstance(field, TranslationField) else field.name
