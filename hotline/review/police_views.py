"""What the police would get of the shown content, before it is handed over."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from clicksafely.common.clock import agreed_now
from clicksafely.common.sealing import SealError
from hotline.lifecycle.errors import CaseError
from hotline.referral.police.contents import Opened, describe_case, describe_package, said
from hotline.referral.police.report import LANGUAGE, lay_out
from hotline.referral.police.selectors import default_recipient
from hotline.review import thread
from hotline.review.views import acting_user, find_item, find_report, show_case, staff_act

MEMBERS = ("report.pdf", "case.json", "manifest.json")


@staff_act
def preview(request: HttpRequest, report_id: int, item_id: int) -> HttpResponse:
    """The report's text and the list of files; no picture. It holds the reporter's words: opening them is logged and counted."""
    report, item, now = find_report(report_id), find_item(report_id, item_id), agreed_now()
    try:
        words = thread.open_words(report=report, actor=acting_user(request), now=now)
    except (CaseError, SealError) as error:
        return show_case(request, report, item=item, refusal=error)
    recipient = default_recipient()
    with translation.override(LANGUAGE):
        opened = Opened(said(words.get("words", {})))
        cases = [describe_case(report, [(item, None)], opened)]
    content = describe_package(reference="LEA", made_at=now, cases=cases)
    context = {
        **admin.site.each_context(request),
        "title": _("What the police would get"),
        "report": report,
        "case": lay_out(content, recipient=recipient.in_full if recipient else "", members=[])["cases"][0],
        "recipient": recipient,
        "has_expired": bool(recipient and recipient.has_expired(now)),
        "members": MEMBERS,
    }
    return render(request, "staff/hotline/police/preview.html", context)
