"""Tasks of the library. Rows are the queue: what a broker or a worker loses, the sweep finds again."""

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from awareness.library import services, storage, thumbnails, zip_bundles

AGAIN = {
    "autoretry_for": (OperationalError, InterfaceError),
    "max_retries": 4,
    "retry_backoff": 1,
    "retry_backoff_max": 8,
    "retry_jitter": True,
}


@shared_task(name=zip_bundles.MAKE, soft_time_limit=300, time_limit=320, **AGAIN)
def make_bundle(*, bundle_id: int) -> None:
    """Make one bundle; running it again does nothing more."""
    zip_bundles.make_bundle(bundle_id=bundle_id, clock=timezone.now)


@shared_task(name="library.clean_up_bundles", soft_time_limit=60, time_limit=90)
def clean_up_bundles() -> None:
    """Every 15 seconds: bundles that wait for nobody, bundles that nobody wants any more."""
    zip_bundles.clean_up_bundles(now=timezone.now())


@shared_task(name="library.update_statistics", soft_time_limit=300, time_limit=320)
def recount() -> None:
    """Hourly: how often each resource was used, files that became no resource's or bundle's, small pictures that are missing."""
    services.recount_uses()
    storage.delete_orphan_files()
    zip_bundles.sweep_files()
    thumbnails.make_missing_covers()
