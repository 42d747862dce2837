"""Erases expired data in batches, one report per transaction; can be interrupted and run again."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from clicksafely.common.audit import audit_log
from hotline.lifecycle.picture_files import erase_picture
from hotline.lifecycle.transitions import UNCLAIMED, move_report
from hotline.models import (
    UNDO_WINDOW,
    FileHash,
    MailKind,
    OutgoingState,
    Report,
    RetentionPart,
    RetentionRule,
    TextField,
    Upload,
)
from hotline.retention import orphans, selectors
from hotline.retention.policy import RetentionPolicy, load_policy
from hotline.states import ReportState

BATCH = 100
_CONTACT = (TextField.CONTACT, TextField.HEADERS)
Counts = dict[str, int]


class HoldSetMeanwhile(Exception):
    """A legal hold was set during the erasure, which was rolled back."""


@dataclass
class PurgeResult:
    """Result of a run: reports by part, the number skipped, and whether more is due."""

    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RetentionPart.values, 0))
    skipped: int = 0
    loose: int = 0
    more: bool = False

    @property
    def reports(self) -> int:
        return sum(self.parts.values())


def erase_due(
    *,
    now: datetime,
    limit: int | None = None,
    may_continue: Callable[[], bool] = lambda: True,
    progress: Callable[[int], None] = lambda done: None,
) -> PurgeResult:
    """Erase what is due at `now`: contacts, then texts, then identity; at most `limit` times, while `may_continue` returns true.

    `progress` is called after each report with the number completed.
    """
    terms, erased = load_policy(), PurgeResult()
    for part in RetentionPart.values:
        for report_id in _due(part, now, terms):
            if not may_continue() or (limit is not None and erased.reports >= limit):
                erased.more = True
                return erased
            if erase_part(report_id=report_id, part=part, now=now, terms=terms):
                erased.parts[part] += 1
                progress(erased.reports)
            else:
                erased.skipped += 1
    erased.loose = orphans.erase_orphans(now=now, terms=terms)
    return erased


def erase_part(*, report_id: int, part: str, now: datetime, terms: RetentionPolicy) -> bool:
    """Erase one part of a report if it is still due and unlocked; return whether it was erased.

    A legal hold set during erasure wins. The first row lock still allows holds. The second one, at the end, blocks
    them. A hold found then rolls the erasure back. A later hold waits for the lock and is refused.
    """
    try:
        with transaction.atomic():
            # Foreign keys to the row stay possible, so a hold can be set until `_check_no_hold`.
            free = Report.objects.select_for_update(no_key=True, skip_locked=True)
            report = free.filter(pk=report_id).first()
            if report is None or not selectors.due_reports(part, now=now, terms=terms).filter(pk=report_id).exists():
                return False
            counts, pictures = _delete_part(report, part, now)
            _check_no_hold(report)
            _mark(report, part, now)
            audit_log.record(
                action="report.erased", subject=report, actor=None, now=now, data={"part": str(part), **counts}
            )
            # The rows stay until all files are erased, so that a failed run can be repeated.
            for upload in pictures:
                erase_picture(upload)
    except HoldSetMeanwhile:
        return False
    return True


def anonymise_on_request(*, report: Report, now: datetime) -> list[str]:
    """Anonymise a report at its reporter's request; return the codes of obstacles, empty on success.

    Retention rules do not apply. Obstacles are `open` (not closed) and `kept` (a hold, hand-over, unread message or
    complaint). Others are `law` (within a legal minimum) and `busy` (locked by another process).
    """
    at_once = [RetentionRule(part=part, days=0) for part in RetentionPart.values]
    terms = RetentionPolicy(at_once, load_policy().minimums)
    identity = RetentionPart.IDENTITY
    if erase_part(report_id=report.pk, part=identity, now=now, terms=terms):
        return []
    here = Report.objects.filter(pk=report.pk)
    reasons = {
        "open": here.filter(Q(closed_at=None) | Q(closed_at__gt=now - UNDO_WINDOW)).exists(),
        "kept": here.filter(selectors.has_retention_reason()).exists(),
        "law": not selectors.expired_reports(identity, now=now, terms=terms).filter(pk=report.pk).exists(),
    }
    return [reason for reason, is_so in reasons.items() if is_so][:1] or ["busy"]


def _due(part: str, now: datetime, terms: RetentionPolicy) -> Iterator[int]:
    """Yield ids in batches, the oldest first, each once per run."""
    due = selectors.due_reports(part, now=now, terms=terms)
    page = list(due.values_list("closed_at", "pk")[:BATCH])
    while page:
        yield from (pk for _closed_at, pk in page)
        closed_at, last = page[-1]
        behind = Q(closed_at__gt=closed_at) | Q(closed_at=closed_at, pk__gt=last)
        page = list(due.filter(behind).values_list("closed_at", "pk")[:BATCH])


def _check_no_hold(report: Report) -> None:
    """Wait for holds being set, then block new ones. Raises HoldSetMeanwhile if one is in force."""
    Report.objects.select_for_update().get(pk=report.pk)
    if selectors.is_under_legal_hold(report):
        raise HoldSetMeanwhile


def _delete_part(report: Report, part: str, now: datetime) -> tuple[Counts, list[Upload]]:
    counts: Counts = {}
    pictures: list[Upload] = []
    if part in {RetentionPart.CONTACT, RetentionPart.IDENTITY}:
        counts |= _contact(report)
    if part in {RetentionPart.WORDS, RetentionPart.IDENTITY}:
        words, pictures = _words(report, now)
        counts |= words
    if part == RetentionPart.IDENTITY:
        counts |= _delete_links(report)
    return counts, pictures


def _contact(report: Report) -> Counts:
    return {
        "contacts": report.texts.filter(field__in=_CONTACT).delete()[0],
        "waiting": report.outgoing_mails.filter(state=OutgoingState.DUE).delete()[0],
    }


def _words(report: Report, now: datetime) -> tuple[Counts, list[Upload]]:
    # A picture handed to the police is an empty marker, which stays with its hashes.
    uploads = report.uploads.filter(handed_over_at=None)
    pictures = list(uploads.select_for_update())
    # A hash on a list stays as evidence for the priority of the case. Other hashes have no use.
    hashes = FileHash.objects.filter(report=report).exclude(upload__handed_over_at__isnull=False)
    hashes.filter(matches=None).delete()
    FileHash.objects.filter(upload__in=pictures).update(upload=None)
    report.own_picture_matches.all().delete()
    became_it = report.mails.filter(kind__in=[MailKind.REPORT, MailKind.REPLY])
    counts = {
        "texts": report.texts.exclude(field=TextField.CONTACT).delete()[0],
        "messages": report.messages.all().delete()[0],
        "own_pictures": report.own_pictures.all().delete()[1].get("hotline.OwnPicture", 0),
        "notes": report.notes.filter(written_at__lte=now).delete()[0],
        "mails": became_it.exclude(sealed=None).update(sealed=None)
        + report.mails.exclude(kind__in=[MailKind.REPORT, MailKind.REPLY]).delete()[0],
        "pictures": len(pictures),
    }
    uploads.delete()
    report.referrals.exclude(sealed_reason=None).update(sealed_reason=None)
    return counts, pictures


def _delete_links(report: Report) -> Counts:
    """Erase the links from a person to the case."""
    partner_report = getattr(report, "partner_report", None)
    if partner_report is not None:
        partner_report.reference, partner_report.uuid = "", uuid4()
        partner_report.save(update_fields=["reference", "uuid"])
        partner_report.webhook_messages.all().delete()
    thread = getattr(report, "mail_thread", None)
    if thread is not None:
        thread.delete()
    return {"letters": report.mails.all().delete()[0] + report.outgoing_mails.all().delete()[0]}


def _mark(report: Report, part: str, now: datetime) -> None:
    if part == RetentionPart.IDENTITY:
        move_report(
            report=report,
            to=ReportState.ANONYMISED,
            actor=None,
            now=now,
            anonymised_from=report.state,
            # Random bytes that match no receipt and no form.
            receipt_digest=secrets.token_bytes(32),
            state_digest=secrets.token_bytes(32),
            reporter_salt=b"",
            reporter_public_key=b"",
            reporter_key_tag=b"",
            locations=[],
            reporter_wrote_at=None,
            in_child_words=False,
            contact_erased_at=report.contact_erased_at or now,
            text_erased_at=now,
            queue=None,
            **UNCLAIMED,
        )
        return
    column = "contact_erased_at" if part == RetentionPart.CONTACT else "text_erased_at"
    Report.objects.filter(pk=report.pk).update(**{column: now})
