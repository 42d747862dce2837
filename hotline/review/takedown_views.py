"""Staff views for takedown notices: preview, notice page and actions."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clicksafely.common.clock import database_now
from clicksafely.common.crypto.sealing import SealError
from hotline.lifecycle.exceptions import CaseError
from hotline.models import Notice, NoticeReply
from hotline.models.takedown import OPEN_NOTICES
from hotline.outbox import config
from hotline.referral.takedown import replies, services
from hotline.referral.takedown.content import NoticeDraft, render_notice
from hotline.referral.takedown.delivery import build_draft
from hotline.referral.takedown.email import as_json
from hotline.referral.takedown.progress import next_kind, open_entries
from hotline.referral.takedown.selectors import preview_of
from hotline.review import selectors
from hotline.review.views import acting_user, find_item, find_report, staff_action, staff_page


@staff_page
@require_safe
def preview(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """Show the notice about an item and its recipient. Nothing is sent.

    Returns 404 if the user must not see the first opinion.
    """
    report, item = find_report(report_id), find_item(report_id, item_id)
    if not selectors.sees_assessments(item, acting_user(request)):
        raise Http404
    context = {
        **admin.site.each_context(request),
        "title": _("Preview of the notice"),
        "report": report,
        "item": item,
        **_written(preview_of(item, now=database_now())),
    }
    return render(request, "staff/hotline/takedown/preview.html", context)


@staff_page
@require_safe
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show one notice with its messages, replies and possible actions."""
    return _show(request, _find(notice_id))


@staff_action
def act(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Perform an action on a notice."""
    found = _find(notice_id)
    try:
        services.perform_notice_action(
            notice=found, act=request.POST.get("act", ""), actor=acting_user(request), now=database_now()
        )
    except CaseError as error:
        return _show(request, _find(notice_id), refusal_text=str(error.message))
    messages.success(request, _("It is recorded."))
    return redirect("admin:hotline-notice", notice_id)


@staff_action
def open_reply(request: HttpRequest, notice_id: int, reply_id: int) -> HttpResponse:
    """Show a decrypted reply in this response. The access is logged and counted."""
    reply = get_object_or_404(NoticeReply.objects.select_related("notice"), pk=reply_id, notice_id=notice_id)
    try:
        opened = replies.open_reply(reply=reply, actor=acting_user(request), now=database_now())
    except SealError:
        text = _("This cannot be opened here: the key or the file is missing. Tell whoever runs the system.")
        return _show(request, _find(notice_id), refusal_text=text)
    return _show(request, _find(notice_id), opened=(reply.pk, opened))


def _show(request: HttpRequest, found: Notice, **shown: Any) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": found.reference,
        "notice": found,
        "entries": found.entries.select_related("item", "referral__report"),
        "sent": found.messages.exclude(sent_at=None, failed_at=None),
        "replies": found.replies.all(),
        "following": Notice.objects.filter(escalated_from=found).select_related("contact").order_by("pk"),
        "acts": [(each.value, each.label) for each in services.possible_actions(found)],
        "is_configured": config.is_configured(),
        **_next_message(found),
        **shown,
    }
    return render(
        request, "staff/hotline/takedown/notice.html", context, status=422 if shown.get("refusal_text") else 200
    )


def _next_message(found: Notice) -> dict[str, Any]:
    """Return the next message of an open notice."""
    if found.state not in OPEN_NOTICES:
        return _written(None)
    draft = build_draft(found, kind=next_kind(found), entries=list(open_entries(found)), now=database_now())
    return _written(draft if draft.entries else None)


def _written(draft: NoticeDraft | None) -> dict[str, Any]:
    letter = render_notice(draft) if draft else None
    return {
        "draft": draft,
        "letter": letter,
        "reports": [as_json(report).decode() for report in letter.reports] if letter else [],
    }


def _find(notice_id: int) -> Notice:
    return get_object_or_404(Notice.objects.select_related("contact", "escalated_from"), pk=notice_id)
