"""`/metrics`, for those who have the token, at the staff door alone."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from clicksafely.common.http.decorators import read_only
from clicksafely.monitoring.metrics import CONTENT_TYPE, collect_metrics, render_metrics


@read_only
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, to `Authorization: Bearer METRICS_TOKEN`. Without the token, or where none is set, there is no such page."""
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(
        given.encode(errors="replace"), f"Bearer {settings.METRICS_TOKEN}".encode()
    ):
        raise Http404
    return HttpResponse(render_metrics(collect_metrics(timezone.now())), content_type=CONTENT_TYPE)
