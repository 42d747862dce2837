"""Erasure of one person's data on request, through the service of the app that stores it, under that app's rules."""

from contextlib import suppress
from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model

from awareness.events.bookings import services as bookings
from awareness.events.bookings.exceptions import BookingErased, InvalidBookingState
from awareness.events.models import Booking, VisitRequest
from awareness.events.visits.services import erase_visit_request
from clicksafely.accounts.enrolment import close_account
from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.privacy.data_subjects import DATA_SUBJECTS, can_answer
from hotline.intake.services import withdraw_contact
from hotline.lifecycle.welfare_counters import forget_exposure
from hotline.models import Complaint, Report
from hotline.retention.orphans import erase_complaint
from hotline.retention.purge import anonymise_on_request
from youthpanel.members.erasure import erase_member
from youthpanel.models import Member

# Printed when some data remains; docs/privacy.md says how to answer the person.
RETENTION_REASONS: Final = {
    "open": (
        "The contact is erased. The report is still open: its text stays until it is closed. Repeat the request then."
    ),
    "kept": (
        "The contact is erased. A legal hold, a referral, a police package, a complaint or an unread "
        "message keeps the rest."
    ),
    "law": "The contact is erased. The law requires that the rest is kept for longer.",
    "busy": "The contact is erased. The case is being processed at the moment. Try again.",
    "complaint": (
        "The contact is erased. The complaint is open, or a legal hold keeps its case. Its text stays until then."
    ),
    "booking": (
        "Nothing was erased. Cancel the booking first. Data of a past date is erased automatically after 30 days."
    ),
}


def erase_person(*, kind: str, row: Model, actor: User, now: datetime) -> str:
    """Erase the person's data now. Return a key of RETENTION_REASONS if some data remains, else "".

    Raises PermissionDenied, NoPrivateKey and ErasureLogUnwritable.
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
        case VisitRequest():
            with suppress(BookingErased):
                erase_visit_request(visit=row, actor=actor, now=now)
        case Member():
            erase_member(row, actor, now)
        case User():
            with transaction.atomic():
                forget_exposure(user=row)
                close_account(user=row, actor=actor, now=now)
    return ""
