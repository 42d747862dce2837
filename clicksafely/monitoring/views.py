"""The `/metrics` endpoint of the staff process, protected by a token."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from clicksafely.common.http.decorators import read_only
from clicksafely.monitoring.metrics import MetricsCollector


@read_only
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics for `Authorization: Bearer METRICS_TOKEN`; 404 for a wrong token or if none is configured."""
    authorization = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(
        authorization.encode(errors="replace"), f"Bearer {settings.METRICS_TOKEN}".encode()
    ):
        raise Http404
    return HttpResponse(generate_latest(MetricsCollector(timezone.now())), content_type=CONTENT_TYPE_PLAIN_0_0_4)
