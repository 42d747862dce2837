"""Views of the partner API: submit reports, report status, OpenAPI document."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from clicksafely.common.crypto import receipts
from clicksafely.common.http.problem_details import ApiError, ProblemDetail, json_response, problem_response
from clicksafely.common.page_cache.decorators import public_page
from hotline.intake.api import idempotency, openapi, request_checks, selectors
from hotline.intake.api.idempotency import IdempotentRequest

if TYPE_CHECKING:
    from hotline.intake.api.services import ReportResult

RETRY_AFTER_SECONDS = 5
# RFC 9745: the time from which the addresses without a version are deprecated.
DEPRECATED_AT = "@1796083200"
_REVOKED = "The key was revoked before this report was processed."
_AWAY = "This report could not be stored. Send the request again later."


def api_view[**P](
    *methods: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Decorate an API view: English responses, no CSRF cookie, errors as problem documents (RFC 9457)."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if methods and request.method not in methods:
                return problem_response(405, headers={"Allow": ", ".join(methods)})
            with translation.override("en"):
                try:
                    return view(request, *args, **kwargs)
                except ApiError as refused:
                    return refused.response

        return answered

    return decorate


def deprecated_alias[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse], *, name: str
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Serve a view at an earlier address too: `Deprecation` and `Link` (RFC 9745, RFC 5829) name the URL `name` instead."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Deprecation"] = DEPRECATED_AT
        response["Link"] = f'<{reverse(name, kwargs=kwargs)}>; rel="successor-version"'
        return response

    return answered


@api_view("POST")
def reports(request: HttpRequest) -> HttpResponse:
    """Store up to 100 reports, each independently."""
    # Importing the validator takes 6 MB, and most web processes never handle a partner's report.
    from hotline.intake.api.services import StorageUnavailable, accept_reports  # noqa: PLC0415

    now = timezone.now()
    key = request_checks.authenticate(request, now)
    body = request_checks.read_body(request)
    batch = request_checks.read_batch(body)
    sending = IdempotentRequest(key.partner, request_checks.idempotency_key(request), body)
    try:
        if idempotency.is_repeated(sending=sending, now=now):
            request_checks.count_reading(key.partner, now=now)
        else:
            request_checks.count_reports(key.partner, reports=len(batch.items), now=now)
            idempotency.remember_request(sending=sending, now=now)
    except idempotency.BodyMismatch as error:
        raise ApiError(422, "This Idempotency-Key was used with another body.") from error
    try:
        outcomes = list(accept_reports(key=key, items=batch.items, seeds=sending.seeds(), now=now))
    except StorageUnavailable as error:
        raise ApiError(503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)}) from error
    return _answer(outcomes, single=batch.single)


@api_view("GET", "HEAD")
def report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Return the status of the partner's own report, with the messages that every reporter sees."""
    now = timezone.now()
    key = request_checks.authenticate(request, now)
    request_checks.count_reading(key.partner, now=now)
    sent = selectors.find_report(partner=key.partner, uuid=uuid)
    if sent is None:
        raise ApiError(404, "None of your reports has this id.")
    return json_response(selectors.report_status(sent, now))


@api_view("GET", "HEAD")
@public_page(max_age=3600)
def description(request: HttpRequest) -> HttpResponse:
    return json_response(openapi.document())


@api_view()
def not_found(request: HttpRequest) -> HttpResponse:
    """Return 404 for any other URL under /api/."""
    return problem_response(404)


def _answer(outcomes: "Sequence[ReportResult]", *, single: bool) -> HttpResponse:
    statuses = {outcome.status for outcome in outcomes}
    if statuses == {401}:
        raise ApiError(401, "No valid key was sent.", headers={"WWW-Authenticate": request_checks.CHALLENGE})
    if statuses == {422}:
        faults = [fault for outcome in outcomes for fault in outcome.faults]
        raise ApiError(422, "No report was accepted.", faults=faults)
    if single:
        taken = _entry(outcomes[0])
        return json_response(taken, status=201, headers={"Location": str(taken["location"])})
    entries = [{"index": place, "status": outcome.status, **_entry(outcome)} for place, outcome in enumerate(outcomes)]
    return json_response({"reports": entries}, status=201 if statuses == {201} else 207)


def _entry(outcome: "ReportResult") -> dict[str, Any]:
    """Return the response entry of one report."""
    sent = outcome.sent
    if sent is None:
        reasons = {401: [ProblemDetail("", _REVOKED)], 503: [ProblemDetail("", _AWAY)]}.get(
            outcome.status, outcome.faults
        )
        return {"errors": [fault._asdict() for fault in reasons]}
    return {
        "id": str(sent.uuid),
        "reference": sent.reference,
        "receipt": receipts.format_receipt(outcome.receipt),
        "location": reverse("api-report", args=[sent.uuid]),
    }
