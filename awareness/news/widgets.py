"""Widgets of the block form: a file input with a size check, a focal point picker."""

import json
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminIntegerFieldWidget
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from js_asset import Media, Script

from awareness.news.files import CARD, MAX_VIDEO_BYTES, SHARED
from awareness.news.upload_handlers import TOO_BIG
from clicksafely.common.files.image_uploads import MAX_FILE_BYTES
from clicksafely.common.serbian.scripts import to_script

ACCEPTED = ".png,.jpg,.jpeg,.webp,.gif,.pdf,.docx,.pptx,.odt,.odp,.mp4,.webm"


def _as_json(facts: dict[str, Any]) -> str:
    """JSON for a data attribute, converted to the script of the page here, because page conversion skips attributes."""
    return to_script(json.dumps(facts, ensure_ascii=False), get_language() or "")


class BlockFileInput(forms.FileInput):
    """File input of a block; JavaScript rejects files that are too large before upload."""

    def __init__(self) -> None:
        super().__init__({"accept": ACCEPTED})

    @property
    def media(self) -> Media:
        return Media(js=[Script("js/staff/file_size.js", type="module")])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the size limits in bytes and their messages."""
        context = super().get_context(name, value, attrs)
        limits = {"video": MAX_VIDEO_BYTES, "other": MAX_FILE_BYTES, "words": str(TOO_BIG)}
        context["widget"]["attrs"]["data-max-sizes"] = _as_json(limits)
        return context


class PictureChooser(forms.TextInput):
    """Input of the number of a stored picture; JavaScript shows the pictures in a dialog, and takes a dropped file."""

    def __init__(self) -> None:
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "size": 10})

    @property
    def media(self) -> Media:
        return Media(js=[Script("js/staff/picture_chooser.js", type="module")])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the URL of the page of all pictures and the script's texts."""
        context = super().get_context(name, value, attrs)
        texts = {
            "address": reverse("admin:news-pictures"),
            "title": _("Choose from the pictures"),
            "label": _("File name, description, author or article"),
            "search": _("Search"),
            "close": _("Close"),
            "choose": _("Choose this picture"),
            "chosen": _("Picture {number} is chosen. It is used once the article is saved."),
            "failed": _("The pictures cannot be shown. Sign in again in another tab, or try again."),
            "drop": _("Or drop a file here."),
        }
        context["widget"]["attrs"]["data-picture-chooser"] = _as_json(texts)
        return context


class FocalPointInput(AdminIntegerFieldWidget):
    """Input of the first focal point coordinate; JavaScript lets the editor pick the point on the picture."""

    @property
    def media(self) -> Media:
        return Media(js=[Script("js/staff/focal_point.js", type="module")])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the script's texts and the aspect ratios of the crops."""
        context = super().get_context(name, value, attrs)
        crops = ((_("On cards"), CARD), (_("In shared links"), SHARED))
        texts = {
            "label": _("Focal point of the picture"),
            "hint": _(
                "Click the part that must stay visible when the picture is cropped. You can also move the mark "
                "with the arrow keys (larger steps with Shift)."
            ),
            "said": _("{left} from the left, {top} from the top"),
            "crops": [{"name": name, "width": size[0], "height": size[1]} for name, size in crops],
        }
        context["widget"]["attrs"]["data-focal-point"] = _as_json(texts)
        return context
