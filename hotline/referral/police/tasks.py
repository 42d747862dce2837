"""The tasks of packages for the police. What is due is in the rows: what a run does not do, the next one does."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.police import build, delivery, email_delivery


@shared_task(name="hotline.build_police_packages", soft_time_limit=100, time_limit=120)
def build_police_packages() -> None:
    """Every 30 seconds, where the private keys are: packages that are due are made."""
    now = timezone.now()
    delivery.discard_withdrawn(now=now)
    build.build_due_packages(now=now)


@shared_task(name="hotline.send_police_packages", soft_time_limit=180, time_limit=240)
def send_police_packages() -> None:
    """Every 30 seconds, where mail servers can be reached: packages that go by e-mail are sent."""
    email_delivery.send_due_packages(now=timezone.now())


@shared_task(name="hotline.erase_police_files", soft_time_limit=60, time_limit=90)
def erase_police_files() -> None:
    """Every hour: files of packages that the police have had for long enough are erased."""
    delivery.erase_expired_files(now=timezone.now())
