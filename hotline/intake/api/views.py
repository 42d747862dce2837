"""The interface's pages: reports are taken, a report is asked about, the interface is described."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from clicksafely.common.crypto import receipts
from clicksafely.common.http.problem_details import Fault, Refused, json_answer, problem
from clicksafely.common.page_cache.decorators import public_page
from hotline.intake.api import idempotency, openapi, request_checks, selectors
from hotline.intake.api.idempotency import Sending

if TYPE_CHECKING:
    from hotline.intake.api.services import Outcome

RETRY_AFTER_SECONDS = 5
_REVOKED = "The key was revoked before this report was reached."
_AWAY = "This report could not be kept at the moment. Send the request again later."


def for_programs[**P](
    *methods: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """A view that answers in English, without a cookie, and with problem documents where it cannot."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if methods and request.method not in methods:
                return problem(405, headers={"Allow": ", ".join(methods)})
            with translation.override("en"):
                try:
                    return view(request, *args, **kwargs)
                except Refused as refused:
                    return refused.response

        return answered

    return decorate


@for_programs("POST")
def reports(request: HttpRequest) -> HttpResponse:
    """Take one report or up to 100, each on its own."""
    # What validates costs a process 6 MB, and most web processes never see a report of a partner.
    from hotline.intake.api.services import CannotKeep, take_reports  # noqa: PLC0415

    now = timezone.now()
    key = request_checks.authenticate(request, now)
    body = request_checks.read_body(request)
    batch = request_checks.read_batch(body)
    sending = Sending(key.partner, request_checks.idempotency_key(request), body)
    try:
        if idempotency.is_repeated(sending=sending, now=now):
            request_checks.count_reading(key.partner, now=now)
        else:
            request_checks.count_reports(key.partner, reports=len(batch.items), now=now)
            idempotency.remember_request(sending=sending, now=now)
    except idempotency.OtherBody as error:
        raise Refused(422, "This Idempotency-Key was used with another body.") from error
    try:
        outcomes = list(take_reports(key=key, items=batch.items, seeds=sending.seeds(), now=now))
    except CannotKeep as error:
        raise Refused(503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}) from error
    return _answer(outcomes, single=batch.single)


@for_programs("GET", "HEAD")
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Tell a partner how its own report stands, in the words that every reporter is told."""
    now = timezone.now()
    key = request_checks.authenticate(request, now)
    request_checks.count_reading(key.partner, now=now)
    sent = selectors.find_report(partner=key.partner, uuid=uuid)
    if sent is None:
        raise Refused(404, "None of your reports has this id.")
    return json_answer(selectors.standing(sent, now))


@for_programs("GET", "HEAD")
@public_page(max_age=3600)
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return json_answer(openapi.document())


@for_programs()
def nothing(request: HttpRequest) -> HttpResponse:
    """Whatever else is asked for below /api/."""
    return problem(404)


def _answer(outcomes: "Sequence[Outcome]", *, single: bool) -> HttpResponse:
    statuses = {outcome.status for outcome in outcomes}
    if statuses == {401}:
        raise Refused(401, "No valid key was sent.", headers={"WWW-Authenticate": request_checks.CHALLENGE})
    if statuses == {422}:
        faults = [fault for outcome in outcomes for fault in outcome.faults]
        raise Refused(422, "No report was taken.", faults=faults)
    if single:
        taken = _entry(outcomes[0])
        return json_answer(taken, status=201, headers={"Location": str(taken["location"])})
    entries = [{"index": place, "status": outcome.status, **_entry(outcome)} for place, outcome in enumerate(outcomes)]
    return json_answer({"reports": entries}, status=201 if statuses == {201} else 207)


def _entry(outcome: "Outcome") -> dict[str, Any]:
    """What a partner learns of one report."""
    sent = outcome.sent
    if sent is None:
        reasons = {401: [Fault("", _REVOKED)], 503: [Fault("", _AWAY)]}.get(outcome.status, outcome.faults)
        return {"errors": [fault._asdict() for fault in reasons]}
    return {
        "id": str(sent.uuid),
        "reference": sent.reference,
        "receipt": receipts.display(outcome.receipt),
        "location": reverse("api-report", args=[sent.uuid]),
    }
