"""What the form of a block needs in a browser: a file whose size is looked at before it is sent, a point to be shown on a picture."""

import json
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminIntegerFieldWidget
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from js_asset import Media, Script

from awareness.news.files import CARD, LARGEST_VIDEO, SHARED
from awareness.news.upload_handlers import TOO_BIG
from clicksafely.common.files.image_uploads import MAX_FILE_BYTES
from clicksafely.common.serbian.scripts import to_script

ACCEPTED = ".png,.jpg,.jpeg,.webp,.gif,.pdf,.docx,.pptx,.odt,.odp,.mp4,.webm"


def _told(facts: dict[str, Any]) -> str:
    """For a data attribute, in the script of the page: those are not converted with it."""
    return to_script(json.dumps(facts, ensure_ascii=False), get_language() or "")


class BlockFileInput(forms.FileInput):
    """A file of a block; where scripts run, one that is too large is not sent at all."""

    def __init__(self) -> None:
        super().__init__({"accept": ACCEPTED})

    @property
    def media(self) -> Media:
        return Media(js=[Script("js/staff/file_size.js", type="module")])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The field, with its bounds in bytes and what is said about them."""
        context = super().get_context(name, value, attrs)
        told = {"video": LARGEST_VIDEO, "other": MAX_FILE_BYTES, "words": str(TOO_BIG)}
        context["widget"]["attrs"]["data-largest"] = _told(told)
        return context


class FocalPointInput(AdminIntegerFieldWidget):
    """The first of the two numbers of a focal point; where scripts run, the point can be shown on the picture."""

    @property
    def media(self) -> Media:
        return Media(js=[Script("js/staff/focal_point.js", type="module")])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The field, with what the script has to say and the shapes that pictures are cropped to."""
        context = super().get_context(name, value, attrs)
        crops = ((_("On cards"), CARD), (_("In shared links"), SHARED))
        told = {
            "label": _("What must stay of the picture"),
            "hint": _(
                "Click on what must stay when the picture is cropped, or move the mark with the arrow keys (with Shift in larger steps)."
            ),
            "said": _("{left} from the left, {top} from the top"),
            "crops": [{"name": name, "width": size[0], "height": size[1]} for name, size in crops],
        }
        context["widget"]["attrs"]["data-focal-point"] = _told(told)
        return context
