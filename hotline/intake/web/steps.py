"""Steps of the report form: the form, the summary and the receipt. Each owns its data and renders itself."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

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
from django.utils.translation import gettext as _

from clicksafely.common.alerts.selectors import is_on_duty
from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.form_state import state_digest
from clicksafely.common.files.image_uploads import REFUSAL_MESSAGES
from clicksafely.common.http.cookieless_forms import HONEYPOT
from clicksafely.common.http.middleware import DATABASE_ERRORS, RETRY_AFTER_SECONDS
from clicksafely.common.http.proof_of_work import Challenge, new_challenge
from clicksafely.common.i18n.language import LanguageLink, language_links
from hotline.categories import CATEGORIES
from hotline.intake.page_texts import page_text
from hotline.intake.web.base_forms import MAX_SHOWN
from hotline.intake.web.draft_ids import draft_id_of
from hotline.intake.web.draft_uploads import (
    SEALED_PICTURES_FIELD,
    DraftUploads,
    TooManyForms,
    missing_pictures_message,
    too_many_pictures_message,
)
from hotline.intake.web.form_texts import STEPS
from hotline.intake.web.forms import ReportForm
from hotline.intake.web.report_draft import DraftPicture, ReportDraft, seal_pictures
from hotline.models import PageTextKey
from hotline.triage.url_normalisation import Location, extract_locations

# Private-use characters, which do not occur in our texts.
PLACES = [chr(0xE000 + place) for place in range(7)]
_AT_PLACES = re.compile(f"([{''.join(PLACES)}])")
# Names of the buttons that lead to another page with everything that was typed, and of the pages' templates.
SHOW, HELP, CHOOSE = "show", "help", "choose"
# The fields of a step that the next page carries in hidden fields.
TYPED = [*(name for name in ReportForm.base_fields if name != "images"), HONEYPOT]
CARRIED = [*TYPED, "category", "child", "state", "also"]


def step_links(url_name: str, *args: str, child: bool = False) -> list[LanguageLink]:
    """Return the addresses of a step in every language. Its page may be shown at the address of another step."""
    path = "/" + reverse(url_name, args=args).removeprefix(get_script_prefix())
    return language_links(path, [("about", "me")] if child else [])


class FormStep:
    """Step 2: the form of a category, with its pictures.

    It has a challenge if the network has sent many forms. Without `fill`, `submit` or `refill` it is empty.
    """

    def __init__(self, request: HttpRequest, *, category: str, child: bool, token: str) -> None:
        self.request, self.category, self.child, self.token = request, category, child, token
        self.takes_pictures = CATEGORIES[category].takes_pictures
        self.form: ReportForm | None = None
        self.pictures: list[DraftPicture] = []
        self.needs_challenge = False
        self.notice, self.status = "", 200

    def fill(self, initial: Mapping[str, Any], *, pictures: Sequence[DraftPicture] = ()) -> None:
        """Fill the form with `initial` values."""
        self.pictures = list(pictures)
        self.form = ReportForm(category=self.category, child=self.child, stored_pictures=self.pictures, initial=initial)

    def submit(self, *, now: datetime, only_pictures: bool) -> ReportForm:
        """Validate the posted fields and store the pictures; with `only_pictures`, other errors are dropped.

        Sets the status to 422, or to 503 if the database is unavailable.
        """
        uploads = DraftUploads(self.request)
        self.pictures = uploads.stored_pictures
        form = self._bind(self.request.FILES, stored_pictures=self.pictures_to_send)
        form.full_clean()
        if only_pictures:
            form.drop_errors()
        is_unavailable = False
        if not self.takes_pictures:
            # The form has no such field. A client that sends files anyway gets a message.
            self.notice = str(REFUSAL_MESSAGES["not-here"]) if self.request.FILES else ""
        else:
            try:
                uploads.settle(form, now=now)
            except TooManyForms:
                self.needs_challenge = True
                form.add_error("images", too_many_pictures_message())
            except DATABASE_ERRORS:
                is_unavailable = True
                form.add_error(
                    "images",
                    _("Pictures cannot be stored right now. Choose them again and press the button in a few seconds."),
                )
        if form.errors or self.notice:
            self.status = 503 if is_unavailable else 422
        return form

    def refill(self, *, expired: bool) -> None:
        """Show the posted fields of an expired or incomplete page again. Nothing is stored."""
        uploads = DraftUploads(self.request)
        self.pictures = uploads.stored_pictures
        form = self._bind(None, stored_pictures=self.pictures)
        if (uploads.lost or self.request.FILES) and self.takes_pictures:
            form.add_error("images", missing_pictures_message())
        self.notice = (
            _("This page was open for more than two hours. Your text is still here. Please check it and continue.")
            if expired
            else _("The page arrived incomplete. Your text is still here. Please check it and continue.")
        )
        self.status = 422

    @property
    def pictures_to_send(self) -> list[DraftPicture]:
        """The pictures of the report; a report without pictures carries them for another category only."""
        return self.pictures if self.takes_pictures else []

    def render(self) -> HttpResponse:
        """Render the form."""
        sealed_pictures = seal_pictures(self.pictures) if self.pictures or self.needs_challenge else ""
        notice = self.notice
        if self.pictures and not self.takes_pictures:
            notice = notice or _("The pictures you added are not sent with this kind of report.")
        shows_own_picture = self.child and CATEGORIES[self.category].is_sexual_abuse
        context = {
            "step": 2,
            "steps": STEPS,
            "kind": CATEGORIES[self.category],
            "own_picture": page_text(self.request, PageTextKey.OWN_PICTURE) if shows_own_picture else None,
            "category": self.category,
            "child": self.child,
            "form": self.form,
            "fields": render_crispy_form(self.form)
            if self.form
            else _blank_fields(self.category, self.child, str(get_language())),
            "form_token": self.token,
            "button": SHOW,
            "step_links": step_links("report-form", self.category, child=self.child),
            "sealed_pictures": sealed_pictures,
            "challenge": new_challenge(bound_to=sealed_pictures, refused=self.request)
            if self.needs_challenge
            else None,
            "notice": notice,
        }
        return render(self.request, "public/hotline/report/form.html", context, status=self.status)

    def render_aside(self, page: str) -> HttpResponse:
        """Render the page HELP or CHOOSE, which carries the form."""
        sealed_pictures = seal_pictures(self.pictures) if self.pictures else ""
        return _render_aside(
            self.request, page=page, child=self.child, token=self.token, sealed_pictures=sealed_pictures
        )

    def _bind(self, files: Any, *, stored_pictures: Sequence[DraftPicture]) -> ReportForm:
        self.form = ReportForm(
            self.request.POST, files, category=self.category, child=self.child, stored_pictures=stored_pictures
        )
        return self.form


@lru_cache(maxsize=64)
def _blank_fields(category: str, child: bool, language: str) -> SafeString:
    """Return the rendered fields of an empty form.

    They are the same for all users of `language`, the active language.
    """
    fields: SafeString = render_crispy_form(ReportForm(category=category, child=child))
    return fields


class SummaryStep:
    """Step 3: the summary of a draft before it is sent, with a challenge if it needs one.

    `state` is the sealed draft. `ticked` are the canonical addresses in the free text that the reporter has ticked, or None on the first
    display.
    """

    def __init__(
        self,
        request: HttpRequest,
        *,
        draft: ReportDraft,
        state: str,
        token: str,
        ticked: Collection[str] | None = None,
    ) -> None:
        self.request, self.draft, self.state, self.token, self.ticked = request, draft, state, token, ticked
        self.challenge: Challenge | None = None

    @classmethod
    def posted(cls, request: HttpRequest, *, token: str) -> "SummaryStep":
        """Return the summary that the request sends, in the language of its page. Raises StateInvalid or StateExpired."""
        state = request.POST.get("state", "")
        draft = replace(ReportDraft.open(state), language=str(get_language()))
        return cls(request, draft=draft, state=state, token=token, ticked=frozenset(request.POST.getlist("also")))

    @property
    def digest(self) -> bytes:
        """The digest of the state, which identifies the report."""
        return bytes.fromhex(state_digest(self.state))

    @cached_property
    def also(self) -> list[Location]:
        """The ticked addresses from the free text."""
        ticked = self.ticked
        return [each.location for each in self.draft.found() if each.location.canonical in ticked] if ticked else []

    def add_challenge(self, *, refused: HttpRequest | None = None) -> None:
        """Require a challenge. `refused` is a request whose fields solved none."""
        self.challenge = new_challenge(bound_to=self.state, refused=refused)

    def render(self, *, unsent: bool = False) -> HttpResponse:
        """Render the summary. `unsent` is set if the database was unavailable (503)."""
        draft, extraction = self.draft, extract_locations(self.draft.addresses)
        is_first = self.ticked is None
        context = {
            "step": 3,
            "steps": STEPS,
            "kind": CATEGORIES[draft.category],
            "draft": draft,
            "locations": extraction.locations,
            "unreadable": extraction.unreadable,
            "lacks_address": not (draft.addresses or draft.app or draft.handle),
            "found": [
                (each.location, each.is_certain if is_first else each.location in self.also) for each in draft.found()
            ],
            "state": self.state,
            "form_token": self.token,
            "button": SHOW,
            "step_links": step_links("report-sent"),
            "carried": [
                *_posted(self.request, TYPED),
                ("category", draft.category),
                ("child", "1" if draft.child else ""),
            ],
            "sealed_pictures": seal_pictures(draft.pictures) if draft.pictures else "",
            "challenge": self.challenge,
            "unsent": unsent,
        }
        response = render(self.request, "public/hotline/report/summary.html", context)
        if unsent:
            response.status_code = 503
            response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response

    def render_aside(self, page: str) -> HttpResponse:
        """Render the page HELP, which carries the summary."""
        sealed_pictures = self.request.POST.get(SEALED_PICTURES_FIELD, "")
        return _render_aside(
            self.request, page=page, child=self.draft.child, token=self.token, sealed_pictures=sealed_pictures
        )


def _posted(request: HttpRequest, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return the posted values of fields, which the next page carries, each cut at MAX_SHOWN characters."""
    return [(name, value[:MAX_SHOWN]) for name in names for value in request.POST.getlist(name)]


def _render_aside(request: HttpRequest, *, page: str, child: bool, token: str, sealed_pictures: str) -> HttpResponse:
    """Render the page HELP or CHOOSE, whose buttons post everything that was typed back to the address of this request."""
    context = {
        "child": child,
        "choices": list(CATEGORIES.values()),
        "form_token": token,
        "button": page,
        "carried": _posted(request, CARRIED),
        "sealed_pictures": sealed_pictures,
    }
    return render(request, f"public/hotline/report/{page}.html", context)


class ReceiptStep:
    """Step 4: the receipt of a report that was sent. It is shown only once."""

    def __init__(self, request: HttpRequest, *, draft: ReportDraft, state: str, token: str) -> None:
        self.request, self.draft, self.state, self.token = request, draft, state, token

    def render(self, *, with_qr: bool) -> HttpResponse:
        """Render the page, on request with a QR code of the receipt."""
        draft = self.draft
        facts = {
            "child": draft.child,
            "danger": draft.danger_now,
            "lacks_address": not (draft.locations or draft.found()),
            "alert_duty": _is_on_duty() if draft.danger_now else None,
        }
        groups = receipts.format_receipt(draft.receipt).split("-")
        values = [*groups, self.state, self.token, draft_id_of(self.request)]
        if with_qr:
            return HttpResponse(self._page(values, facts, qr=qr_code(draft.receipt)))
        # The page is rendered once a second, and only these values are inserted: letters, digits, hyphens and underscores.
        key = ".".join(["sent-page", str(get_language()), *(str(value) for value in facts.values())])
        parts = cache.get(key)
        if parts is None:
            parts = [part.encode() for part in _AT_PLACES.split(self._page(PLACES, facts))]
            cache.set(key, parts, timeout=1)
        inserted = {place.encode(): value.encode() for place, value in zip(PLACES, values, strict=True)}
        return HttpResponse(b"".join(inserted.get(part, part) for part in parts))

    def _page(self, values: Sequence[str], facts: Mapping[str, bool | None], *, qr: str = "") -> str:
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
            **facts,
        }
        return render_to_string("public/hotline/report/receipt.html", context, self.request)


def _is_on_duty() -> bool | None:
    """Return whether someone is on duty now. None if the database does not say: the report is stored, and its receipt must appear."""
    try:
        return is_on_duty(timezone.now())
    except DATABASE_ERRORS:
        return None


def qr_code(receipt: str) -> SafeString:
    """Return a QR code of the receipt as an SVG element, dark on a light background."""
    code = segno.make_qr(receipts.format_receipt(receipt), error="m")
    svg = code.svg_inline(scale=5, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308 (made here of 19 known characters)
