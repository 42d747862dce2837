"""How editors write: rich text with a small toolbar, and the form of a publication, on which no work is lost."""

import json
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from js_asset import ImportMap, Media, Script

from awareness.topics.richtext import clean
from clicksafely.common.folding import slugify
from clicksafely.common.script import in_script

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
                    "css/writing.css",
                ]
            },
            js=[Script("js/richtext.js", type="module")],
        )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The area's attributes, with what the editor has to know."""
        context = super().get_context(name, value, attrs)
        told = json.dumps({"levels": self.levels, "labels": editor_labels()}, ensure_ascii=False)
        context["widget"]["attrs"]["data-rich-text"] = in_script(told, get_language() or "")
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
        cleaned = clean(super().clean(value) or "").strip()
        if cleaned in _EMPTY:
            cleaned = ""
        if self.required and not cleaned:
            raise ValidationError(self.error_messages["required"], code="required")
        return cleaned


class PublicationForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form of a publication. `opened` is the revision that the editor began with; an address left empty is made of the title."""

    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)
    changed_meanwhile = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].error_messages["unique"] = _("Another page has this address. Choose another one.")

    def clean_slug(self) -> str:
        """As it was typed, else made of the Serbian title."""
        return self.cleaned_data.get("slug") or slugify(self.data.get(self.add_prefix("title_sr"), ""))

    def clean(self) -> dict[str, Any]:
        """The dates in their order, and nobody else's saving in between."""
        data = super().clean() or {}
        begins, ends = data.get("published_at"), data.get("withdrawn_at")
        if ends and not begins and "published_at" not in self.errors:
            self.add_error(
                "withdrawn_at", _("A draft cannot be withdrawn. Say from when it is published, or leave this empty.")
            )
        elif ends and begins and ends <= begins:
            self.add_error("withdrawn_at", _("It would be withdrawn before it is published. Choose a later time."))
        if self.instance.pk:
            self._check_turn(data.get("opened"))
        return data

    def _check_turn(self, opened: int | None) -> None:
        # The row stays locked until what this form says is saved: the admin validates in the transaction in which it saves.
        stored = type(self.instance)._default_manager.select_for_update().filter(pk=self.instance.pk)
        if opened != stored.values_list("revision", flat=True).first():
            self.changed_meanwhile = True
            self.add_error(
                None,
                ValidationError(
                    _(
                        "Somebody else saved this page while you were writing. Nothing is lost: your text is in the form, and above it both stand beside "
                        "each other. Put together what should stay and save again."
                    ),
                    code="changed_meanwhile",
                ),
            )
