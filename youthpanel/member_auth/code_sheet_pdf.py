"""PDF of slips: A4, six a page, to be cut; tagged (PDF/UA-1)."""

import io
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import segno
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from clicksafely.common.crypto.receipts import format_receipt
from clicksafely.common.documents import typst
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.serbian.alphabet import order_key
from clicksafely.common.serbian.scripts import source_title, to_script
from youthpanel.member_auth.services import Invitation

FOLDER: Final = Path(__file__).parent


def render_code_sheet(invitations: Sequence[Invitation], *, way_in: str, language: str) -> bytes:
    """Return the PDF in a language of LANGUAGES, by cohort and in the order of its alphabet. `way_in` is the absolute URL of the form.

    Raises TypstError.
    """
    with override(language):
        data = {
            "lang": "en" if language == ENGLISH else "sr",
            "region": "GB" if language == ENGLISH else "RS",
            "title": to_script(_("Youth panel: your code"), language),
            "author": to_script(_("Safer Internet Centre of Serbia"), language),
            "words": [to_script(words, language) for words in _words()],
            "qr_alt": to_script(_("QR code with the address and your code"), language),
            "address": way_in.split("://", 1)[-1],
            "slips": [_slip(each, way_in, language) for each in sorted(invitations, key=partial(_order, language))],
        }
    return typst.compile_pdf(FOLDER / "code_sheet.typ", data)


def _words() -> list[str]:
    return [
        _("Scan the QR code with your camera, or open:"),
        _("Type this code:"),
        _(
            "The first time, choose six pictures. From then on it opens only with them. Keep it, and do not show it to anyone."
        ),
        _("Did you lose it, or forget your pictures? Ask the adults of the panel for a new one."),
    ]


def _order(language: str, invitation: Invitation) -> tuple[date, Any]:
    member = invitation.member
    return member.cohort.begins_on, order_key(source_title(member.pseudonym, language), language)


def _slip(invitation: Invitation, way_in: str, language: str) -> dict[str, Any]:
    written = format_receipt(invitation.code)
    drawn = io.BytesIO()
    segno.make_qr(f"{way_in}#{written}", error="m").save(drawn, kind="svg", border=2, scale=4)
    until = date_format(timezone.localdate(invitation.expires_at), "DATE_FORMAT")
    return {
        "pseudonym": source_title(invitation.member.pseudonym, language),
        "code": written,
        "until": to_script(_("Valid until %(day)s") % {"day": until}, language),
        "qr": drawn.getvalue().decode(),
    }
