"""The project: settings and wiring."""

import os

# A process that looks into one document (common/documents) queues nothing, and would spend most of its time on loading this.
if "CLICKSAFELY_ALONE" not in os.environ:
    from clicksafely.celery import app as celery_app

    __all__ = ["celery_app"]
