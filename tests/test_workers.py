"""Workers and clock without Celery's command line."""

import os
import subprocess
import sys

from django.conf import settings

from clicksafely.celery import app, rooms_with_tasks
from clicksafely.workers import _clock
from tests.servers import BASE_DIR

LOADED = """
import sys
import clicksafely.workers
print({name.partition(".")[0] for name in sys.modules} & {"prompt_toolkit", "click_repl", "hotline", "awareness"})
"""


def test_nothing_is_loaded_that_is_not_used() -> None:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    result = subprocess.run([sys.executable, "-c", LOADED], cwd=BASE_DIR, env=env, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("set()\n", "")


def test_the_clock_knows_times_and_queues() -> None:
    clock = _clock()
    app.set_current()  # a new one takes its place
    assert clock.conf.beat_schedule == settings.CELERY_BEAT_SCHEDULE
    assert clock.amqp.router.route({}, "hotline.fetch_mail")["queue"].name == "outside"
    assert clock.conf.broker_url == settings.CELERY_BROKER_URL


def test_every_task_that_the_clock_or_a_queue_names_is_there() -> None:
    app.loader.import_default_modules()
    named = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()} | set(settings.CELERY_TASK_ROUTES)
    assert named - set(app.tasks) == set()
    assert {"clicksafely.common", "hotline.triage.hashes", "hotline.post"} <= set(rooms_with_tasks())
