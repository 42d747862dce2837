"""Bulk actions of lists of content: publish and unpublish the chosen records."""

from datetime import datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from awareness.publishing.drafts import (
    CannotPublish,
    find_draft,
    opened_token,
    publish_record,
    set_publication_dates,
    unpublish_record,
)
from awareness.publishing.models import Publication, PublicationState
from awareness.publishing.services import lock_row
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.staff.bulk_actions import confirmed_action


def publish_stored(*, record: Publication, actor: AbstractBaseUser, now: datetime) -> None:
    """Publish a record as it is stored. Raises ActionRefused if it is public, has a draft, or has faults."""
    with transaction.atomic():
        locked = _lock(record)
        if locked.state_at(now) == PublicationState.PUBLISHED:
            raise ActionRefused(_("It is published already."))
        if find_draft(locked) is not None:
            raise ActionRefused(_("It has a draft. Open it to publish the draft or to discard it."))
        set_publication_dates(locked, now)
        try:
            publish_record(record=locked, actor=actor, now=now, parts=lambda: None)
        except CannotPublish as refusal:
            raise ActionRefused(" ".join(f"{fault.where}: {fault.what}" for fault in refusal.faults)) from refusal


def unpublish_stored(*, record: Publication, actor: AbstractBaseUser, now: datetime) -> None:
    """Withdraw a record, or cancel its publication. Raises ActionRefused if it is neither public nor scheduled."""
    with transaction.atomic():
        locked = _lock(record)
        if locked.state_at(now) not in {PublicationState.PUBLISHED, PublicationState.SCHEDULED}:
            raise ActionRefused(_("It is not published."))
        unpublish_record(record=locked, opened=opened_token(locked), actor=actor, now=now)


def _lock(record: Publication) -> Publication:
    locked = lock_row(type(record), record.pk)
    if locked is None:
        raise ActionRefused
    return locked


def _publish(record: Publication, request: HttpRequest) -> None:
    publish_stored(record=record, actor=request.user, now=timezone.now())  # type: ignore[arg-type]


def _unpublish(record: Publication, request: HttpRequest) -> None:
    unpublish_stored(record=record, actor=request.user, now=timezone.now())  # type: ignore[arg-type]


PUBLISH_CHOSEN: Final = confirmed_action(
    name="publish_chosen",
    label=_("Publish"),
    question=_("Publish these pages now, as they are stored?"),
    done=lambda number: ngettext("%(n)s page was published.", "%(n)s pages were published.", number) % {"n": number},
    run=_publish,
    permission="publish",
)
UNPUBLISH_CHOSEN: Final = confirmed_action(
    name="unpublish_chosen",
    label=_("Unpublish"),
    question=_("Take these pages off the public site now?"),
    done=lambda number: (
        ngettext("%(n)s page was unpublished.", "%(n)s pages were unpublished.", number) % {"n": number}
    ),
    run=_unpublish,
    permission="publish",
    danger=True,
)
