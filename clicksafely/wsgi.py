"""The WSGI application: Django behind the page cache."""

import os

from django.core.wsgi import get_wsgi_application

from clicksafely.common.connections import check_once_a_second
from clicksafely.common.pagecache import PageCache
from clicksafely.watching.latency import counts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clicksafely.settings")

application = PageCache(get_wsgi_application())
check_once_a_second()
counts.flush_regularly()
