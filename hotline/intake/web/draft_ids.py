"""Ids of reporters' unfinished forms: pages of a left or sent form are not shown again to a repeated request."""

import hashlib
import re
import secrets
import time
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.http.rate_limits import read_mark, write_mark

DRAFT_FIELD = "draft_id"
HOUR = 3600
DAY = 24 * HOUR
# The hour of creation and 128 random bits, both in hexadecimal digits.
_ID = re.compile(r"[0-9a-f]{6}-[0-9a-f]{32}")


class Ending(StrEnum):
    """Reason for which the pages of a draft are not shown again."""

    LEFT = "left"
    SENT = "sent"
    OLD = "old"


def new_draft_id() -> str:
    """Return the id of a new draft."""
    return f"{int(time.time()) // HOUR:06x}-{secrets.token_hex(16)}"


def is_draft_id(text: str) -> bool:
    """Return whether a text has the form of an id."""
    return bool(_ID.fullmatch(text))


def draft_id_of(request: HttpRequest) -> str:
    """Return the id in the posted form, or a new one, the same for the whole request."""
    if not hasattr(request, "draft_id"):
        posted_id = request.POST.get(DRAFT_FIELD, "")
        request.draft_id = posted_id if is_draft_id(posted_id) else new_draft_id()  # type: ignore[attr-defined]
    draft_id: str = request.draft_id  # type: ignore[attr-defined]
    return draft_id


def end_draft(draft_id: str, ending: Ending) -> None:
    """Remember for a day that the draft has ended.

    Only a digest is stored, for no longer than browsers may repeat the pages (see `ending_of`).

    A draft that was left stays so when the response to a report that was being sent comes later.
    """
    write_mark(_key(draft_id), ending, seconds=DAY + HOUR, replace=ending == Ending.LEFT)


def leave_draft(request: HttpRequest) -> None:
    """End the draft named in the query of the quick exit, unless its network has left too many."""
    draft_id = request.GET.get(DRAFT_FIELD, "")
    if is_draft_id(draft_id) and not limits.EXITS.is_over(request):
        end_draft(draft_id, Ending.LEFT)


def ending_of(draft_id: str) -> Ending | None:
    """Return how the draft has ended, or None. Drafts older than a day are OLD, because their end is no longer remembered."""
    if int(time.time()) // HOUR - int(draft_id[:6], 16) > DAY // HOUR:
        return Ending.OLD
    mark = read_mark(_key(draft_id), [Ending.LEFT, Ending.SENT])
    return Ending(mark) if mark else None


class LeavableFormMixin(CookielessFormMixin):
    """A cookieless form of a reporter whose POST shows nothing once its draft has ended.

    The templates post `{% draft_id %}` as `DRAFT_FIELD`, and name it in the link of the quick exit.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return another page without the posted text if the draft has ended."""
        ending = ending_of(draft_id_of(request)) if request.method == "POST" else None
        if ending == Ending.LEFT:
            return HttpResponseRedirect(reverse("home"), status=303)
        if ending == Ending.SENT and not self.is_resend(request):
            return HttpResponseRedirect(reverse("report-status"), status=303)
        if ending == Ending.OLD:
            return closed_form_response(request, expired=True)
        return super().dispatch(request, *args, **kwargs)

    def is_resend(self, request: HttpRequest) -> bool:
        """Return whether the request sends a report that may be stored already, because the response was lost."""
        return False


def closed_form_response(request: HttpRequest, *, expired: bool) -> HttpResponse:
    """Return the page for a form that can no longer be sent, in the wording of the request.

    The status is 410 if the form has expired, otherwise 400.
    """
    context = {"expired": expired, "child": request.GET.get("about") == "me" or bool(request.POST.get("child"))}
    return render(request, "public/hotline/report/form_expired.html", context, status=410 if expired else 400)


def _key(draft_id: str) -> str:
    return f"draft:{hashlib.sha256(draft_id.encode()).hexdigest()[:32]}"
