"""PDF of invitation codes: A4, six slips a page, to be cut; tagged (PDF/UA-1)."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import segno
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from clicksafely.common.documents import typst
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.serbian.scripts import to_script
from youthpanel.member_auth import codes
from youthpanel.member_auth.services import Invitation

FOLDER: Final = Path(__file__).parent


def render_code_sheet(invitations: Sequence[Invitation], *, way_in: str, language: str) -> bytes:
    """The PDF in a language of LANGUAGES. `join_url` is the absolute URL of the form. Raises TypstError."""
    with override(language):
        data = {
            "lang": "en" if language == ENGLISH else "sr",
            "region": "GB" if language == ENGLISH else "RS",
            "title": to_script(_("Youth panel: your way in"), language),
            "author": to_script(_("Safer Internet Centre of Serbia"), language),
            "words": [to_script(words, language) for words in _words()],
            "qr_alt": to_script(_("QR code with the address and the code of this paper"), language),
            "address": way_in.split("://", 1)[-1],
            "slips": [_slip(each, way_in, language) for each in invitations],
        }
    return typst.compile_pdf(FOLDER / "code_sheet.typ", data)


def _words() -> list[str]:
    return [
        _("Point the camera at the square, or open:"),
        _("Type this code:"),
        _("It works once. Do not show it to anybody and do not photograph it: whoever has it gets in as you."),
        _("Lost it, or it does not work? Ask the adults of the panel for a new one."),
    ]


def _slip(invitation: Invitation, way_in: str, language: str) -> dict[str, Any]:
    written = codes.format_receipt(invitation.code)
    drawn = io.BytesIO()
    segno.make_qr(f"{way_in}#{written}", error="m").save(drawn, kind="svg", border=2, scale=4)
    until = date_format(timezone.localdate(invitation.expires_at), "DATE_FORMAT")
    return {
        "pseudonym": invitation.member.pseudonym,
        "code": written,
        "until": to_script(_("Good until %(day)s") % {"day": until}, language),
        "qr": drawn.getvalue().decode(),
    }
