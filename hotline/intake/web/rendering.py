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
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from clicksafely.common.alerts.selectors import is_on_duty
from clicksafely.common.crypto import receipts
from clicksafely.common.http.cookieless_forms import HONEYPOT
from clicksafely.common.http.middleware import DATABASE_ERRORS, RETRY_AFTER_SECONDS
from clicksafely.common.http.proof_of_work import Challenge, new_challenge
from clicksafely.common.i18n.language import language_links
from hotline.intake.page_texts import page_text
from hotline.intake.web.base_forms import MAX_SHOWN
from hotline.intake.web.draft_ids import draft_id_of
from hotline.intake.web.form_texts import CATEGORY_TEXTS, STEPS
from hotline.intake.web.forms import ReportForm
from hotline.intake.web.report_draft import DraftPicture, ReportDraft, seal_pictures
from hotline.models import Category, PageTextKey
from hotline.triage.url_normalisation import Location, extract_locations

# Private-use characters, which do not occur in our texts.
PLACES = [chr(0xE000 + place) for place in range(7)]
_AT_PLACES = re.compile(f"([{''.join(PLACES)}])")
# Names of the buttons that lead to another page with everything that was typed, and of the pages' templates.
SHOW, HELP, CHOOSE = "show", "help", "choose"
# The fields of a step that the next page carries in hidden fields.
TYPED = [*(name for name in ReportForm.base_fields if name != "images"), HONEYPOT]
CARRIED = [*TYPED, "category", "child", "state", "also"]


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
        "own_picture": page_text(request, PageTextKey.OWN_PICTURE) if child and category == Category.CSAM else None,
        "category": category,
        "child": child,
        "form": form,
        "fields": render_crispy_form(form) if form else _blank_fields(category, child, str(get_language())),
        "form_token": token,
        "button": SHOW,
        "kept": kept,
        "challenge": new_challenge(bound_to=kept, refused=request.POST) if ask else None,
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
        "button": SHOW,
        "step_links": language_links("/" + reverse("report-sent").removeprefix(get_script_prefix())),
        "carried": [*_posted(request, TYPED), ("category", draft.category), ("child", "1" if draft.child else "")],
        "kept": seal_pictures(draft.pictures) if draft.pictures else "",
        "challenge": challenge,
        "unsent": unsent,
    }
    response = render(request, "public/hotline/report/summary.html", context)
    if unsent:
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _posted(request: HttpRequest, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the posted values of fields, which the next page carries, each cut at MAX_SHOWN characters."""
    return [(name, value[:MAX_SHOWN]) for name in names for value in request.POST.getlist(name)]


def show_aside(request: HttpRequest, *, page: str, child: bool, token: str, kept: str) -> HttpResponse:
    """Render the page HELP or CHOOSE, whose buttons post everything that was typed back to the address of this request."""
    context = {
        "child": child,
        "choices": [(category, CATEGORY_TEXTS[category]) for category in Category.values],
        "form_token": token,
        "button": page,
        "carried": _posted(request, CARRIED),
        "kept": kept,
    }
    return render(request, f"public/hotline/report/{page}.html", context)


def show_receipt(request: HttpRequest, *, draft: ReportDraft, state: str, token: str, with_qr: bool) -> HttpResponse:
    """Render the receipt page. The receipt is shown only once."""
    groups = receipts.format_receipt(draft.receipt).split("-")
    said = {
        "child": draft.child,
        "danger": draft.danger_now,
        "lacks_address": not (draft.locations or draft.found()),
        "alert_duty": _is_on_duty() if draft.danger_now else None,
    }
    if with_qr:
        return HttpResponse(
            _sent_page(request, [*groups, state, token, draft_id_of(request)], said, qr=qr_code(draft.receipt))
        )
    # The page is rendered once a second, and only these values are inserted: letters, digits, hyphens and underscores.
    key = ".".join(["sent-page", str(get_language()), *(str(value) for value in said.values())])
    parts = cache.get(key)
    if parts is None:
        parts = [part.encode() for part in _AT_PLACES.split(_sent_page(request, PLACES, said))]
        cache.set(key, parts, timeout=1)
    values = {
        place.encode(): value.encode()
        for place, value in zip(PLACES, [*groups, state, token, draft_id_of(request)], strict=True)
    }
    return HttpResponse(b"".join(values.get(part, part) for part in parts))


def _is_on_duty() -> bool | None:
    """Whether someone is on duty now. None if the database does not say: the report is stored, and its receipt must appear."""
    try:
        return is_on_duty(timezone.now())
    except DATABASE_ERRORS:
        return None


def _sent_page(request: HttpRequest, values: Sequence[str], said: Mapping[str, bool | None], *, qr: str = "") -> str:
    *groups, state, token, draft_id = values
    context = {
        "step": 4,
        "steps": STEPS,
        "groups": groups,
        "state": state,
        "form_token": token,
        "draft_id": draft_id,
        "button": "qr" if qr else "send",
        "qr": qr,
        **said,
    }
    return render_to_string("public/hotline/report/receipt.html", context, request)


def qr_code(receipt: str) -> SafeString:
    """Return a QR code of the receipt as an SVG element, dark on a light background."""
    code = segno.make_qr(receipts.format_receipt(receipt), error="m")
    svg = code.svg_inline(scale=5, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308 (made here of 19 known characters)
