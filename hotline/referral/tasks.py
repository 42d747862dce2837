"""The task that releases referrals. Each channel has a task of its own."""

from celery import shared_task
from django.utils import timezone

from hotline.referral import police_holds, services


@shared_task(name="hotline.confirm_hosting", soft_time_limit=30, time_limit=40)
def confirm_hosting() -> None:
    """Every 15 seconds: release referrals after the host lookup, expire police holds, withdraw obsolete referrals."""
    now = timezone.now()
    services.confirm_hosting(now=now)
    police_holds.expire_holds(now=now)
    services.withdraw_obsolete(now=now)
