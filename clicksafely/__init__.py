"""The project: settings and wiring."""

from clicksafely.celery import app as celery_app

__all__ = ["celery_app"]
