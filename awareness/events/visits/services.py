"""Services of requests for a visit: creation, changes of state, access to the contact person, and erasure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from awareness.events.bookings.exceptions import BookingErased
from awareness.events.bookings.rules import CONTACT_RETENTION
from awareness.events.bookings.sealed_contact import Contact
from awareness.events.bookings.services import School
from awareness.events.enums import VISIT_TRANSITIONS, VisitState
from awareness.events.models import EventDate, VisitRequest
from awareness.topics.models import Topic
from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused

WEEK = timedelta(days=7)
(SEALED_CONTACT,) = VisitRequest.sealed_fields


class VisitChanged(ActionRefused):
    """The action does not fit the state of the request."""

    reason = _("This has changed in the meantime. Please check it again.")


@dataclass(frozen=True, kw_only=True)
class Visit(School):
    """A request of a school. `weeks` are Mondays, `language` is a code of LANGUAGES; `contact.needs` is the message."""

    pupils: int
    topic: Topic | None
    weeks: Sequence[date]
    contact: Contact
    language: str


def create_visit_request(*, visit: Visit, submission: bytes, now: datetime) -> VisitRequest:
    """Store a request. `submission` (32 bytes) identifies the form; a second one returns number and time of the first request.

    The public site reads nothing else of a request. Raises SealError.
    """
    row, weeks = UUID(bytes=submission[:16]), sorted(set(visit.weeks))
    visit_request = VisitRequest(
        uuid=row,
        **visit.columns,
        pupils=visit.pupils,
        topic=visit.topic,
        weeks=weeks,
        last_week=weeks[-1],
        language=visit.language,
        requested_at=now,
        changed_at=now,
    )
    SEALED_CONTACT.seal(visit_request, json.dumps(asdict(visit.contact), ensure_ascii=False).encode())
    try:
        with transaction.atomic():
            visit_request.save(force_insert=True)
            audit_log.record(action="visit_request.created", subject=visit_request, actor=None, now=now)
    except IntegrityError:
        return VisitRequest.objects.only("requested_at").get(uuid=row)
    return visit_request


def answer_visit_request(*, visit: VisitRequest, actor: User, now: datetime) -> None:
    """Record that the coordinator has answered the school. Raises VisitChanged."""
    _set_state(visit, VisitState.ANSWERED, actor, now)


def decline_visit_request(*, visit: VisitRequest, reason: str, actor: User, now: datetime) -> None:
    """Record that there will be no visit; colleagues read the reason. Raises VisitChanged."""
    _set_state(visit, VisitState.DECLINED, actor, now, reason=reason)


def link_date(*, visit: VisitRequest, date: EventDate, actor: User, now: datetime) -> None:
    """Record the date made from the request. Raises VisitChanged."""
    _set_state(visit, VisitState.PLANNED, actor, now, date=date)


def open_visit_contact(*, visit: VisitRequest, actor: User, now: datetime) -> Contact:
    """Decrypt the contact person; audited. Raises BookingErased and SealError."""
    with transaction.atomic():
        visit = VisitRequest.objects.select_for_update().get(pk=visit.pk)
        if visit.sealed is None:
            raise BookingErased
        contact = Contact(**json.loads(SEALED_CONTACT.open(visit)))
        audit_log.record(action="visit_request.contact_opened", subject=visit, actor=actor, now=now)
    return contact


def erase_visit_request(*, visit: VisitRequest, actor: User | None, now: datetime) -> None:
    """Erase the contact person at their request. Raises BookingErased."""
    with transaction.atomic():
        if not VisitRequest.objects.filter(pk=visit.pk, erased_at=None).update(sealed=None, reason="", erased_at=now):
            raise BookingErased
        audit_log.record(action="visit_request.erased", subject=visit, actor=actor, now=now)


def erase_due_visit_requests(*, now: datetime) -> int:
    """Erase the contact persons of due requests and return their number.

    A request is due 30 days after the end of its date. Without a date, its last possible week counts.
    """
    without_date = Q(date=None, last_week__lte=localdate(now) - CONTACT_RETENTION - WEEK)
    due = VisitRequest.objects.filter(without_date | Q(date__ends_at__lte=now - CONTACT_RETENTION), erased_at=None)
    with transaction.atomic():
        erased = VisitRequest.objects.filter(pk__in=due.values("pk")).update(sealed=None, reason="", erased_at=now)
        if erased:
            data: dict[str, audit_log.AuditValue] = {"count": erased}
            audit_log.record(action="visit_requests.anonymised", subject=None, actor=None, now=now, data=data)
    return erased


def _set_state(visit: VisitRequest, state: VisitState, actor: User, now: datetime, **fields: Any) -> None:
    before = [each for each, after in VISIT_TRANSITIONS.items() if state in after]
    with transaction.atomic():
        stored = VisitRequest.objects.filter(pk=visit.pk, state__in=before)
        if not stored.update(state=state, changed_at=now, **fields):
            raise VisitChanged
        audit_log.record(action=f"visit_request.{state}", subject=visit, actor=actor, now=now)
