"""The WSGI application: Django behind the page cache."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from clicksafely.common.db_connections import throttle_connection_checks
from clicksafely.common.page_cache.wsgi import PageCache
from clicksafely.monitoring.request_latency import counts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clicksafely.settings")

application = PageCache(get_wsgi_application())
# Views and staff site are loaded before there is a visitor to wait for them.
get_resolver().url_patterns  # noqa: B018
throttle_connection_checks()
counts.flush_regularly()
