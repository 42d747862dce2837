"""The WSGI application: Django behind the page cache, with threads of its own."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from clicksafely.common.db_connections import throttle_connection_checks
from clicksafely.common.db_time_limits import REQUEST_OPTIONS, limit_waits
from clicksafely.common.http.body_reception import BodyReception
from clicksafely.common.page_cache.wsgi import PageCache
from clicksafely.monitoring.request_latency import counts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clicksafely.settings")

application = PageCache(BodyReception(get_wsgi_application()))
# Load views and the admin site before the first request.
get_resolver().url_patterns  # noqa: B018
throttle_connection_checks()
limit_waits(options=REQUEST_OPTIONS)
counts.flush_regularly()
