"""A made-up notice for a demonstration: it goes out, is reminded of, is answered, and the content is gone after 31 hours. Nothing is sent."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from hotline.availability.services import end_by_hand
from hotline.models import ContentItem, Notice, NoticeMessage, ReplyNature, Report, Route
from hotline.referral import services
from hotline.referral.takedown import progress
from hotline.referral.takedown.content import write_letter
from hotline.referral.takedown.delivery import draft_of
from hotline.referral.takedown.progress import end_what_is_gone, living, next_kind, plan_notices
from hotline.referral.takedown.replies import keep_reply
from hotline.states import Outcome

DOMAIN = "netpatrola.example.org"
GONE_AFTER = timedelta(hours=31)
THANKS = "Thank you for your report. It has been given the number 48-1107. This is an automatic reply."
ANSWER = "Поштовани, садржај смо уклонили, а налог затворили. Хвала на обавештењу."


def tell_host(*, report: Report, item: ContentItem, actor: User, now: datetime) -> None:
    """Hand an illegal item to its host at `now`, and let what follows have happened. Its host must be in the register."""
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        item = ContentItem.objects.select_for_update().get(pk=item.pk)
        services.refer_item(report=report, item=item, actor=actor, routes=[Route.HOST], now=now, unsure=True)
    plan_notices(now=now)
    first, reminder = now + timedelta(hours=1), now + timedelta(hours=25)
    notice = Notice.objects.get(entries__item=item)
    _go_out(notice, first)
    _come_back(notice, ReplyNature.AUTOMATIC, THANKS, first)
    _go_out(notice, reminder)
    _come_back(notice, ReplyNature.ANSWER, ANSWER, reminder + timedelta(hours=4))
    gone = now + GONE_AFTER
    end_by_hand(item=item, report=report, actor=actor, outcome=Outcome.REMOVED, now=gone)
    end_what_is_gone(now=gone)


def _go_out(notice: Notice, at: datetime) -> None:
    """As a run would send it, without a server."""
    with transaction.atomic():
        notice.refresh_from_db()
        kind, entries = next_kind(notice), list(living(notice))
        answers_to = f"prijava+{notice.tag.lower()}@{DOMAIN}"
        letter = write_letter(replace(draft_of(notice, kind=kind, entries=entries, now=at), answers_to=answers_to))
        message = NoticeMessage.objects.create(
            notice=notice, kind=kind, message_id=f"{notice.tag.lower()}.{kind}@{DOMAIN}", began_at=at
        )
        progress.note_sent(notice=notice, message=message, letter=letter, entries=entries, actor=None, now=at)


def _come_back(notice: Notice, nature: ReplyNature, text: str, at: datetime) -> None:
    headers = [["From", notice.address], ["Subject", f"Re: [{notice.reference}]"]]
    identity = f"{notice.tag}{nature:.<16.16}".encode()
    with transaction.atomic():
        keep_reply(
            notice=notice,
            identity=identity,
            nature=nature,
            content={"headers": headers, "text": text, "files": []},
            now=at,
        )
