"""Workers and beat without Celery's command line."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from clicksafely.celery import app, packages_with_tasks
from clicksafely.celery_main import _clock
from tests.servers import BASE_DIR

CLOCK = "from clicksafely import celery_main; celery_main._clock(); import celery.beat"
WORKER = "from clicksafely.celery import app; import django; django.setup(); app.loader.import_default_modules()"
WEB = "import clicksafely.wsgi"
SHELL = {"prompt_toolkit", "click_repl"}
# Libraries for rare events; a process imports each on first use.
SELDOM = {"numpy", "PIL", "typst", "docx", "pyzipper", "openpyxl", "boto3"}
PACKAGES = ("awareness.", "clicksafely.", "hotline.", "youthpanel.")
# Tasks that code enqueues when their work exists; scheduled ones resume it.
ENQUEUED = {
    *("hotline.erase_hash_list", "hotline.import_hash_list", "hotline.match_hashes"),
    *("hotline.triage_report", "hotline.triage_reports"),
    *("library.make_bundle", "youthpanel.make_edition"),
}
STAFF = {"hotline.admin", "awareness.events.admin", "youthpanel.admin"}


@pytest.mark.parametrize(
    ("code", "portal", "unwanted"),
    [
        ("import clicksafely.devserver.launch", "all", {"celery", "django.db", "django.core.management"}),
        (CLOCK, "all", SHELL | {"hotline", "awareness", "youthpanel", "django.forms", "django.db.models"}),
        (WORKER, "all", SHELL | SELDOM | STAFF | {"httpx2", "clicksafely.urls"}),
        (WEB, "all", SHELL | SELDOM | {"httpx2"}),
        (WEB, "public", SHELL | SELDOM | STAFF | {"httpx2"}),
    ],
)
def test_nothing_is_loaded_that_is_not_used(code: str, portal: str, unwanted: set[str]) -> None:
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "clicksafely.settings",
        "CELERY_SKIP_CHECKS": "true",
        "PORTAL": portal,
    }
    ask = f"{code}; import sys; print({unwanted} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", ask], cwd=BASE_DIR, env=env, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("set()\n", "")


def test_staff_process_loads_registrations_and_checks() -> None:
    ask = """
import django; django.setup()
from django.contrib import admin
from django.core import checks
from django.contrib.sessions.models import Session
few = len(admin.site._registry)
admin.site.register(Session, list_display=["nothing_like_it"])
found = {each.id for each in checks.run_checks(tags=[checks.Tags.admin])}
print(found, few < 5 < 20 < len(admin.site._registry))
"""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    result = subprocess.run([sys.executable, "-c", ask], cwd=BASE_DIR, env=env, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("{'admin.E108'} True\n", "")


def test_beat_has_schedule_and_queues() -> None:
    clock = _clock()
    app.set_current()  # a new one replaces it
    assert clock.conf.beat_schedule == settings.CELERY_BEAT_SCHEDULE
    assert clock.amqp.router.route({}, "hotline.fetch_mail")["queue"].name == "outside"
    assert clock.conf.broker_url == settings.CELERY_BROKER_URL


def test_every_task_that_the_clock_or_a_queue_names_is_there() -> None:
    app.loader.import_default_modules()
    named = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()} | set(settings.CELERY_TASK_ROUTES)
    assert named - set(app.tasks) == set()
    assert [name for name in named if app.tasks[name].run.__name__ != name.rpartition(".")[2]] == []
    assert {"clicksafely.common", "hotline.triage.hash_lists", "hotline.outbox"} <= set(packages_with_tasks())


def test_every_task_is_scheduled_or_enqueued_by_other_code() -> None:
    app.loader.import_default_modules()
    own = {name for name, task in app.tasks.items() if task.__module__.startswith(PACKAGES)}
    scheduled = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert own - scheduled == ENQUEUED, (
        "add the task to _PERIODIC_TASKS in clicksafely/settings.py, or to ENQUEUED here"
    )
