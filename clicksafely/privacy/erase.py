"""Forgetting one person on their wish, each kind by the service of the app that keeps them; none of the rules that hold there is gone round."""

from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model

from awareness.events.bookings import services as bookings
from awareness.events.bookings.exceptions import InvalidBookingState
from awareness.events.models import Booking
from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.staff.enrolment import close_account
from clicksafely.privacy.data_subjects import DATA_SUBJECTS, can_answer
from hotline.intake.services import withdraw_contact
from hotline.lifecycle.welfare_counters import forget_exposure
from hotline.models import Complaint, Report
from hotline.retention.orphans import erase_complaint
from hotline.retention.purge import anonymise_on_request
from youthpanel.members.erasure import erase_member
from youthpanel.models import Member

# What is answered where something stays; docs/privacy.md says what to tell the person.
RETENTION_REASONS: Final = {
    "open": "The contact is gone. The report has not ended: its words stay until it has, then ask again.",
    "kept": "The contact is gone. A hold, a hand-over, a package for the police, a complaint or an unread message keeps the rest.",
    "law": "The contact is gone. The law asks that the rest is kept for longer.",
    "busy": "The contact is gone. Somebody works on the case at this moment: try again.",
    "complaint": "The contact is gone. The complaint is open, or a legal hold keeps its case: its words stay until then.",
    "booking": "Nothing was erased: cancel the booking first. Of a date that took place it is erased 30 days later by itself.",
}


def erase_person(*, kind: str, row: Model, actor: User, now: datetime) -> str:
    """Erase what can be erased of the person now; returns a key of WHY where something stays, else "".

    Raises PermissionDenied, and what the services raise: NoPrivateKey, ErasureLogUnwritable.
    """
    if not can_answer(actor, DATA_SUBJECTS[kind]):
        raise PermissionDenied
    audit_log.record(action="personal_data.erasure_requested", subject=row, actor=actor, now=now, data={"as": kind})
    match row:
        case Report():
            withdraw_contact(report=row, now=now)
            return next(iter(anonymise_on_request(report=row, now=now)), "")
        case Complaint():
            return "" if erase_complaint(complaint=row, actor=actor, now=now) else "complaint"
        case Booking():
            try:
                bookings.erase_booking(booking=row, now=now)
            except InvalidBookingState:
                return "booking"
        case Member():
            erase_member(row, actor, now)
        case User():
            with transaction.atomic():
                forget_exposure(user=row)
                close_account(user=row, actor=actor, now=now)
    return ""
