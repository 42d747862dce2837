"""Erases data outside reports: unprocessed messages, replies of hosts and texts of complaints."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.models import Complaint, ComplaintAnswer, IncomingMail, LegalHold, MailState, NoticeReply, RetentionPart
from hotline.retention.policy import RetentionPolicy

BATCH = 500


def erase_orphans(*, now: datetime, terms: RetentionPolicy) -> int:
    """Erase by the general rules and return the number of rows with erased data."""
    contact, words = terms.general(RetentionPart.CONTACT), terms.general(RetentionPart.WORDS)
    erased = 0
    if words is not None:
        erased += _mails(now - words, now)
        erased += _replies(now - words, now)
        erased += _complaints(Q(sealed__isnull=False), now - words, now, words=True)
    if contact is not None:
        erased += _complaints(Q(sealed_contact__isnull=False), now - contact, now, words=False)
    return erased


def _mails(before: datetime, now: datetime) -> int:
    """Erase messages without a case that need no review."""
    handled = Q(handled_at__lte=before) | Q(handled_at=None, received_at__lte=before)
    old = IncomingMail.objects.filter(handled, report=None).exclude(state=MailState.OPEN)
    erased = 0
    while page := list(old.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            gone, _tables = IncomingMail.objects.filter(pk__in=page).delete()
            audit_log.record(action="incoming_mail.erased", subject=None, actor=None, now=now, data={"mails": gone})
        erased += gone
    return erased


def _replies(before: datetime, now: datetime) -> int:
    """Erase replies to closed notices, except for cases under a legal hold."""
    held = LegalHold.objects.filter(report__items__notice_entries__notice=OuterRef("notice"), released_at=None)
    old = NoticeReply.objects.filter(notice__ended_at__lte=before).exclude(Exists(held))
    erased = 0
    while page := list(old.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            gone, _tables = NoticeReply.objects.filter(pk__in=page).delete()
            audit_log.record(
                action="takedown_replies.erased", subject=None, actor=None, now=now, data={"replies": gone}
            )
        erased += gone
    return erased


def _complaints(condition: Q, before: datetime, now: datetime, *, words: bool) -> int:
    held = LegalHold.objects.filter(report=OuterRef("report"), released_at=None)
    old = Complaint.objects.filter(condition, closed_at__lte=before).exclude(Exists(held)).order_by("closed_at", "pk")
    erased = 0
    for complaint_id in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            complaint = old.select_for_update(skip_locked=True, of=("self",)).filter(pk=complaint_id).first()
            if complaint is None:
                continue
            _delete_texts(complaint, None, now, words=words)
            erased += 1
    return erased


def erase_complaint(*, complaint: Complaint, actor: User, now: datetime) -> bool:
    """Erase at the complainant's request: the contact at once, the texts only of a closed complaint.

    Returns whether all of it is erased. The texts stay while the complaint is open or its case is under a legal hold.
    """
    with transaction.atomic():
        complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
        held = LegalHold.objects.filter(report=complaint.report_id, released_at=None).exists()
        words = complaint.closed_at is not None and not held
        _delete_texts(complaint, actor, now, words=words)
    return words


def _delete_texts(complaint: Complaint, actor: User | None, now: datetime, *, words: bool) -> None:
    """Erase the contact, and the texts with `words`. The caller has locked the row."""
    columns: dict[str, object] = {"sealed_contact": None}
    if words:
        ComplaintAnswer.objects.filter(complaint=complaint).delete()
        columns |= {
            "sealed": None,
            "number_digest": secrets.token_bytes(32),
            "state_digest": secrets.token_bytes(32),
            "salt": b"",
            "public_key": b"",
            "key_tag": b"",
        }
    Complaint.objects.filter(pk=complaint.pk).update(**columns)
    part = RetentionPart.WORDS if words else RetentionPart.CONTACT
    audit_log.record(action="complaint.erased", subject=complaint, actor=actor, now=now, data={"part": part.value})
