"""The Celery application: tasks are found in every app's `tasks` module."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clicksafely.settings")

app = Celery("clicksafely")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["hotline.triage", "hotline.intake", "hotline.review"])
