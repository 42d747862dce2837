"""Tasks of police packages. The rows are the queue: the next run resumes unfinished work."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.police import build, delivery, email_delivery


@shared_task(name="hotline.build_police_packages", soft_time_limit=100, time_limit=120)
def build_police_packages() -> None:
    """Every 30 seconds, on the worker with private keys: build the due packages."""
    now = timezone.now()
    delivery.discard_withdrawn(now=now)
    build.build_due_packages(now=now)


@shared_task(name="hotline.send_police_packages", soft_time_limit=180, time_limit=240)
def send_police_packages() -> None:
    """Every 30 seconds, on the worker with access to mail servers: send package e-mails."""
    email_delivery.send_due_packages(now=timezone.now())


@shared_task(name="hotline.erase_police_files", soft_time_limit=60, time_limit=90)
def erase_police_files() -> None:
    """Every hour: erase the files of packages delivered long enough ago."""
    delivery.erase_expired_files(now=timezone.now())
