"""Publishing: the only way a public record of the site is saved or taken away."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from clicksafely.common import generation
from clicksafely.common.audit import record as record_event


def publish_record(*, record: models.Model, actor: AbstractBaseUser, now: datetime) -> None:
    """Save `record`; every page sees it with the next content generation."""
    with transaction.atomic():
        record.save()
        generation.bump()
        record_event(action=f"{record._meta.label_lower}.published", subject=record, actor=actor, now=now)


def withdraw_record(*, record: models.Model, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete `record`; no page shows it from the next content generation on."""
    with transaction.atomic():
        record_event(action=f"{record._meta.label_lower}.withdrawn", subject=record, actor=actor, now=now)
        record.delete()
        generation.bump()
