"""Replies to a notice: found by tag or Message-ID, stored sealed, opened on request."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.lifecycle.welfare_counters import ExposureKind, count_exposure
from hotline.models import Notice, NoticeReply, ReplyKind
from hotline.outbox.config import own_domain, tag_of
from hotline.referral.takedown import outcomes


def find_notice(*, recipients: Iterable[str], texts: Iterable[str]) -> Notice | None:
    """Return the notice whose tag is in one of the addresses, or whose Message-ID is in `texts` (headers, a bounce)."""
    if tags := {tag for address in recipients if (tag := tag_of(address))}:
        found = Notice.objects.filter(tag__in=tags).order_by("pk").first()
        if found:
            return found
    if not own_domain():
        return None
    ours = re.compile(rf"\b[0-9a-f]{{32}}@{re.escape(own_domain())}\b")
    ids = {found for text in texts for found in ours.findall(text)}
    return Notice.objects.filter(messages__message_id__in=ids).order_by("pk").first() if ids else None


def store_reply(
    *, notice: Notice, identity: bytes, nature: ReplyKind, content: Mapping[str, Any], now: datetime
) -> NoticeReply:
    """Store a reply and update its notice: an answer stops reminders until it is read, a returned message escalates.

    Part of the caller's transaction, which processes each message once. Automatic replies and delay notices change
    nothing.
    """
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    reply = NoticeReply(notice=notice, identity=identity, nature=nature, received_at=now)
    NoticeReply.CONTENT.seal(reply, json.dumps(content, ensure_ascii=False).encode(errors="replace"))
    reply.save(force_insert=True)
    if nature == ReplyKind.ANSWER:
        outcomes.record_answered(notice=notice, now=now)
    elif nature == ReplyKind.RETURNED:
        outcomes.record_returned(notice=notice, now=now)
    return reply


def open_reply(*, reply: NoticeReply, actor: User, now: datetime) -> dict[str, Any]:
    """Decrypt a reply; logged in a case of the notice, and counted as exposure. Raises SealError."""
    content: dict[str, Any] = json.loads(NoticeReply.CONTENT.open(reply))
    first = reply.notice.entries.select_related("referral__report").first()
    subject = first.referral.report if first else reply
    data = {"notice": reply.notice_id, "reply": reply.pk}
    with transaction.atomic():
        audit_log.record(action="notice.reply_opened", subject=subject, actor=actor, now=now, data=data)
        count_exposure(actor=actor, kind=ExposureKind.MESSAGES, now=now)
    return content
