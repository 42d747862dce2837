"""The ID of a request is passed to its tasks, with a real broker and worker; each part records its heartbeat."""

import json

from django.conf import settings
from redis import Redis

from clicksafely.celery import app
from clicksafely.common.logs import request_id
from clicksafely.common.queue import heartbeat
from clicksafely.monitoring.celery_signals import QUEUED_AT_HEADER, REQUEST_ID_HEADER
from tests.live_portal import Site
from tests.waiting import until


def test_a_message_carries_the_request_and_the_time(broker: Redis) -> None:
    app.loader.import_default_modules()
    token = request_id.set("0123456789ab")
    app.send_task("common.clear_sessions")
    request_id.reset(token)
    app.send_task("common.clear_sessions")
    later, first = (json.loads(message)["headers"] for message in broker.lrange("celery", 0, -1))
    assert first[REQUEST_ID_HEADER] == "0123456789ab"
    assert REQUEST_ID_HEADER not in later
    assert isinstance(first[QUEUED_AT_HEADER], int)


def test_every_part_of_the_real_portal_leaves_its_sign(site: Site) -> None:
    redis_url = site.env["REDIS_URL"]
    heartbeat.clear_heartbeats(redis_url)
    until(lambda: heartbeat.live_processes(redis_url) == set(heartbeat.HEARTBEATS), what="heartbeats of all parts")


def test_a_failing_task_logs_the_id_of_its_request(site: Site) -> None:
    """Queued manually with a wrong argument, as by a request."""
    code = (
        "import django; django.setup();"
        "from clicksafely.celery import app; from clicksafely.common.logs import request_id;"
        "app.loader.import_default_modules(); request_id.set('feedfacecafe');"
        "app.send_task('common.clear_sessions', kwargs={'nothing': 1})"
    )
    site.env["DJANGO_SETTINGS_MODULE"] = "clicksafely.settings"
    site.run("-c", code)
    until(lambda: '"request": "feedfacecafe"' in site.log.getvalue(), what="a line of the worker with the id")
    assert site.env["REDIS_URL"] != settings.REDIS_URL
