"""Renders the pages of the report form."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import segno
from crispy_forms.utils import render_crispy_form
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from clicksafely.common.crypto import receipts
from clicksafely.common.http.middleware import RETRY_AFTER_SECONDS
from clicksafely.common.http.proof_of_work import Challenge, new_challenge
from hotline.intake.web.form_texts import CATEGORY_TEXTS, STEPS
from hotline.intake.web.forms import ReportForm
from hotline.intake.web.report_draft import DraftPicture, ReportDraft, seal_pictures
from hotline.triage.url_normalisation import Location, extract_locations

# Private-use characters, which do not occur in our texts.
PLACES = [chr(0xE000 + place) for place in range(6)]
_AT_PLACES = re.compile(f"([{''.join(PLACES)}])")


def show_form(
    request: HttpRequest,
    *,
    category: str,
    child: bool,
    token: str,
    form: ReportForm | None = None,
    pictures: Sequence[DraftPicture] = (),
    ask: bool = False,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render the form. Without `form` it is empty. `pictures` are carried along, and `ask` adds a challenge."""
    kept = seal_pictures(list(pictures)) if pictures or ask else ""
    context = {
        "step": 2,
        "steps": STEPS,
        "kind": CATEGORY_TEXTS[category],
        "category": category,
        "child": child,
        "form": form,
        "fields": render_crispy_form(form) if form else _blank_fields(category, child, str(get_language())),
        "form_token": token,
        "kept": kept,
        "challenge": new_challenge(bound_to=kept) if ask else None,
        "notice": notice,
    }
    return render(request, "public/hotline/report/form.html", context, status=status)


@lru_cache(maxsize=64)
def _blank_fields(category: str, child: bool, language: str) -> SafeString:
    """Return the rendered fields of an empty form.

    They are the same for all users of `language`, the active language.
    """
    fields: SafeString = render_crispy_form(ReportForm(category=category, child=child))
    return fields


def show_summary(
    request: HttpRequest,
    *,
    draft: ReportDraft,
    state: str,
    token: str,
    challenge: Challenge | None = None,
    wrong_answer: bool = False,
    unsent: bool = False,
    also: Collection[Location] | None = None,
) -> HttpResponse:
    """Render the summary before sending. `unsent` is set if the database was unavailable (503).

    `also` are the suggested addresses that were ticked, or None on the first display.
    """
    extraction = extract_locations(draft.addresses)
    context = {
        "step": 3,
        "steps": STEPS,
        "kind": CATEGORY_TEXTS[draft.category],
        "draft": draft,
        "locations": extraction.locations,
        "unreadable": extraction.unreadable,
        "lacks_address": not (draft.addresses or draft.app or draft.handle),
        "found": [(each.location, each.sure if also is None else each.location in also) for each in draft.found()],
        "state": state,
        "form_token": token,
        "challenge": challenge,
        "wrong_answer": wrong_answer,
        "unsent": unsent,
    }
    response = render(request, "public/hotline/report/summary.html", context)
    if unsent:
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def show_receipt(request: HttpRequest, *, draft: ReportDraft, state: str, token: str, with_qr: bool) -> HttpResponse:
    """Render the receipt page. The receipt is shown only once."""
    groups = receipts.format_receipt(draft.receipt).split("-")
    said = {
        "child": draft.child,
        "danger": draft.danger_now,
        "lacks_address": not (draft.locations or draft.found()),
    }
    if with_qr:
        return HttpResponse(_sent_page(request, [*groups, state, token], said, qr=qr_code(draft.receipt)))
    # The page is rendered once a second, and only these values are inserted: letters, digits, hyphens and underscores.
    key = ".".join(["sent-page", str(get_language()), *(str(value) for value in said.values())])
    parts = cache.get(key)
    if parts is None:
        parts = [part.encode() for part in _AT_PLACES.split(_sent_page(request, PLACES, said))]
        cache.set(key, parts, timeout=1)
    values = {place.encode(): value.encode() for place, value in zip(PLACES, [*groups, state, token], strict=True)}
    return HttpResponse(b"".join(values.get(part, part) for part in parts))


def _sent_page(request: HttpRequest, values: Sequence[str], said: Mapping[str, bool], *, qr: str = "") -> str:
    *groups, state, token = values
    context = {
        "step": 4,
        "steps": STEPS,
        "groups": groups,
        "state": state,
        "form_token": token,
        "qr": qr,
        **said,
    }
    return render_to_string("public/hotline/report/receipt.html", context, request)


def qr_code(receipt: str) -> SafeString:
    """Return a QR code of the receipt as an SVG element, dark on a light background."""
    code = segno.make_qr(receipts.format_receipt(receipt), error="m")
    svg = code.svg_inline(scale=5, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308 (made here of 19 known characters)
