"""Staff pages of takedown notices: preview, notice and its actions."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.pages import ActionPage, DetailPage
from hotline.models import ContentItem, Notice, NoticeReply
from hotline.models.takedown import OPEN_NOTICES
from hotline.outbox import config
from hotline.permissions import SEND_NOTICE_NOW, WORK_CASE
from hotline.referral.takedown import replies, services
from hotline.referral.takedown.content import NoticeDraft, render_notice
from hotline.referral.takedown.delivery import build_draft
from hotline.referral.takedown.email import as_json
from hotline.referral.takedown.selectors import describe_wait, next_kind, open_entries, preview_of
from hotline.review import openings, selectors
from hotline.review.case_actions import CaseWorkPage, find_item, find_report


class NoticePreview(CaseWorkPage[ContentItem], ActionPage[ContentItem]):
    """Show the notice about an item and its recipient in this response. Nothing is sent.

    The notice contains the address, so the access is logged. Returns 404 if the user must not see the first opinion.
    """

    template_name = "staff/hotline/takedown/preview.html"
    title = gettext_lazy("Preview of the notice")

    def get_object(self) -> ContentItem:
        item = find_item(self.kwargs["report_id"], self.kwargs["item_id"])
        if not selectors.sees_assessments(item, self.user):
            raise Http404
        return item

    def get_url(self) -> str:
        return reverse("admin:hotline-case", args=[self.kwargs["report_id"]])

    def perform(self) -> HttpResponse:
        report, draft = find_report(self.kwargs["report_id"]), preview_of(self.object, now=self.now)
        if draft:
            openings.open_address(report=report, item=self.object, actor=self.user, now=self.now)
        return self.render(report=report, **_written(draft))


class NoticeDetail(CaseWorkPage[Notice], DetailPage[Notice]):
    """One notice with its replies and possible actions. Its messages are shown by `OpenNoticeMessages`."""

    template_name = "staff/hotline/takedown/notice.html"

    def get_object(self) -> Notice:
        notices = Notice.objects.select_related("contact", "escalated_from")
        return get_object_or_404(notices, pk=self.kwargs["notice_id"])

    def get_url(self) -> str:
        return reverse("admin:hotline-notice", args=[self.object.pk])

    def get_title(self) -> str:
        return self.object.reference

    def get_context(self) -> dict[str, Any]:
        notice = self.object
        return {
            "notice": notice,
            "entries": notice.entries.select_related("item", "referral__report"),
            "sent": notice.messages.exclude(sent_at=None, failed_at=None),
            "replies": notice.replies.all(),
            "following": Notice.objects.filter(escalated_from=notice).select_related("contact").order_by("pk"),
            "acts": [(each.value, each.label) for each in services.possible_actions(notice)],
            "wait": describe_wait(notice, now=self.now),
            "can_send_now": has_role_permission(self.user, SEND_NOTICE_NOW)
            and services.can_send_now(notice, now=self.now),
            "is_configured": config.is_configured(),
            **_next_message(notice, self.now),
        }


class ActOnNotice(ActionPage[Notice], NoticeDetail):
    """Perform an action on a notice."""

    success_message = gettext_lazy("Recorded.")

    def perform(self) -> None:
        act = self.request.POST.get("act", "")
        services.perform_notice_action(notice=self.object, act=act, actor=self.user, now=self.now)


class SendNoticeNow(ActionPage[Notice], NoticeDetail):
    """Send a waiting notice at once, on any day. The page asks for a confirmation first."""

    permissions = (WORK_CASE, SEND_NOTICE_NOW)
    success_message = gettext_lazy("The notice is queued. It is usually sent within a minute.")

    def perform(self) -> None:
        services.send_notice_now(notice=self.object, actor=self.user, now=self.now)


class OpenNoticeMessages(ActionPage[Notice], NoticeDetail):
    """Show the messages in this response. They contain the addresses, so each access is logged."""

    def perform(self) -> HttpResponse:
        for entry in self.object.entries.select_related("item", "referral__report"):
            openings.open_addresses(report=entry.referral.report, items=[entry.item], actor=self.user, now=self.now)
        return self.render(shows_messages=True)


class OpenNoticeReply(ActionPage[Notice], NoticeDetail):
    """Show a decrypted reply in this response. The access is logged and counted."""

    def perform(self) -> HttpResponse:
        notice_replies = NoticeReply.objects.select_related("notice")
        reply = get_object_or_404(notice_replies, pk=self.kwargs["reply_id"], notice=self.object)
        return self.render(decrypted_reply=(reply.pk, replies.open_reply(reply=reply, actor=self.user, now=self.now)))


def _next_message(notice: Notice, now: datetime) -> dict[str, Any]:
    """Return the next message of an open notice."""
    if notice.state not in OPEN_NOTICES:
        return _written(None)
    draft = build_draft(notice, kind=next_kind(notice), entries=list(open_entries(notice)), now=now)
    return _written(draft if draft.entries else None)


def _written(draft: NoticeDraft | None) -> dict[str, Any]:
    letter = render_notice(draft) if draft else None
    return {
        "draft": draft,
        "letter": letter,
        "reports": [as_json(report).decode() for report in letter.reports] if letter else [],
    }
