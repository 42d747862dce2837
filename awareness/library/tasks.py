"""Celery tasks of the library. `clean_up_bundles` enqueues lost bundles again from their rows."""

from celery import shared_task
from django.utils import timezone

from awareness.library import services, storage, thumbnails, zip_bundles
from clicksafely.common.queue.retries import DATABASE_RETRIES


@shared_task(name=zip_bundles.MAKE, soft_time_limit=300, time_limit=320, **DATABASE_RETRIES)
def make_bundle(*, bundle_id: int) -> None:
    """Create one bundle. Idempotent."""
    zip_bundles.make_bundle(bundle_id=bundle_id, clock=timezone.now)


@shared_task(name="library.clean_up_bundles", soft_time_limit=60, time_limit=90)
def clean_up_bundles() -> None:
    """Enqueue waiting bundles again, and delete unused ones. Runs every 15 seconds."""
    zip_bundles.clean_up_bundles(now=timezone.now())


@shared_task(name="library.update_statistics", soft_time_limit=300, time_limit=320)
def update_statistics() -> None:
    """Recount downloads, erase orphaned files, and create missing thumbnails. Runs hourly."""
    services.recount_uses()
    storage.delete_orphan_files()
    zip_bundles.sweep_files()
    thumbnails.make_missing_covers()
