"""Labels of audit events for the case timeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.models import AuditEvent
from hotline.categories import category_choices
from hotline.hosting.countries import country_name
from hotline.models import (
    ActionKind,
    HoldEnd,
    HoldReason,
    IccamAction,
    NoReplyReason,
    NoticeKind,
    NoticeState,
    NoticeStep,
    OutgoingError,
    OutgoingKind,
    ReferralProblem,
    RetentionPart,
    Route,
    SiteType,
    SuspicionWithdrawReason,
    UnlockReason,
)
from hotline.priority import REASON_LABELS
from hotline.review.claims import TakeoverReason
from hotline.review.openings import UnopenedReason
from hotline.review.reopen_services import ReopenReason
from hotline.states import ItemState, ReportState, Round

_PUNYCODE = "xn--"


def unicode_host(host: str) -> str:
    """Return a punycode host in Unicode, or "" if it has no punycode label or an invalid one."""
    if _PUNYCODE not in host:
        return ""
    try:
        labels = [
            label.removeprefix(_PUNYCODE).encode().decode("punycode") if label.startswith(_PUNYCODE) else label
            for label in host.split(".")
        ]
    except UnicodeError:
        return ""
    read = ".".join(labels)
    # Decoded labels may contain characters that change the text direction.
    return read if all(labels) and read.isprintable() else ""


LINES: dict[str, Promise] = {
    "report.received": gettext_lazy("Report received"),
    "partner.reported": gettext_lazy("Sent by a partner"),
    "report.triaged": gettext_lazy("Triage finished"),
    "report.claimed": gettext_lazy("Case taken"),
    "report.taken_over": gettext_lazy("Case taken over: %(reason)s"),
    "report.released": gettext_lazy("Case returned to the queue"),
    "report.claim_expired": gettext_lazy("Claim expired, case returned to the queue"),
    "report.state": gettext_lazy("Case: %(to)s"),
    "item.assessed": gettext_lazy("Assessment: %(round)s"),
    "item.state": gettext_lazy("Content: %(to_item)s"),
    "action.recorded": gettext_lazy("Recorded: %(kind)s"),
    "words.opened": gettext_lazy("Reporter's text opened"),
    "thread.opened": gettext_lazy("Dialogue opened"),
    "upload.revealed": gettext_lazy("Picture revealed"),
    "address.opened": gettext_lazy("Address opened"),
    "item.unopened_excused": gettext_lazy("Decided without opening everything: %(unopened)s"),
    "item.opened_elsewhere": gettext_lazy("Content opened outside the portal"),
    "upload.locked": gettext_lazy("Picture locked: suspected child sexual abuse material"),
    "upload.unlocked": gettext_lazy("Picture unlocked: %(unlocked)s"),
    "upload.suspected": gettext_lazy("Picture locked: a colleague suspects child sexual abuse material"),
    "upload.suspicion_withdrawn": gettext_lazy("Suspicion about a picture withdrawn: %(because)s"),
    "upload.packed": gettext_lazy("Locked picture added to the police package"),
    "upload.handed_over": gettext_lazy("Locked picture handed to the police"),
    "upload.erased": gettext_lazy("File of the locked picture erased, its hashes kept"),
    "referral.pictures": gettext_lazy("Locked pictures to be handed to the police"),
    "report.own_picture_matched": gettext_lazy(
        "The same picture as in another case, by the unverified hash of an own picture"
    ),
    "report.hash_matched": gettext_lazy("A file is on a hash list"),
    "message.sent": gettext_lazy("Message to the reporter"),
    "message.refused": gettext_lazy("Message not sent: the reporter's key was changed in the database"),
    "message.received": gettext_lazy("Message from the reporter"),
    "contact.changed": gettext_lazy("The reporter gave another contact"),
    "contact.withdrawn": gettext_lazy("The reporter withdrew the contact"),
    "category.changed": gettext_lazy("Category: %(category)s"),
    "mail.auto_reply": gettext_lazy("An automatic reply came by e-mail"),
    "mail.opened": gettext_lazy("E-mail message opened"),
    "mail.sent": gettext_lazy("E-mail to the reporter: %(mail_kind)s"),
    "mail.failed": gettext_lazy("E-mail to the reporter not delivered: %(mail_error)s"),
    "mail.returned": gettext_lazy("E-mail to the reporter returned undelivered"),
    "mail.notice": gettext_lazy("Delivery notice for an e-mail to the reporter"),
    "mail.withheld": gettext_lazy("E-mail answer not sent: %(withheld)s"),
    "report.entered": gettext_lazy("Entered by hand"),
    "report.reopened": gettext_lazy("Opened again: %(why)s"),
    "report.closed_again": gettext_lazy("No further action: closed again"),
    "closing.proposed": gettext_lazy("Closing proposed: %(end)s"),
    "closing.confirmed": gettext_lazy("Closing confirmed: %(end)s"),
    "closing.refused": gettext_lazy("Proposed closing refused: %(end)s"),
    "closing.withdrawn": gettext_lazy("Proposed closing withdrawn: %(end)s"),
    "closing.undone": gettext_lazy("Closing undone"),
    "closing.checked": gettext_lazy("Decision checked by a second person"),
    "note.written": gettext_lazy("Internal note written"),
    "notes.opened": gettext_lazy("Internal notes opened"),
    "report.prioritised": gettext_lazy("Priority raised: %(raised)s"),
    "host.lookup_requested": gettext_lazy("New host check requested"),
    "item.site_type": gettext_lazy("Site type: %(site_type)s"),
    "report.items_added": gettext_lazy("Addresses added"),
    "referral.created": gettext_lazy("Hand-over queued: %(route)s"),
    "referral.urgent": gettext_lazy("To the police at once: a child is in imminent danger"),
    "referral.sent": gettext_lazy("Handed over: %(route)s"),
    "referral.failed": gettext_lazy("Not handed over (%(route)s): %(problem)s"),
    "referral.withdrawn": gettext_lazy("Hand-over withdrawn: %(route)s"),
    "referral.reviewed": gettext_lazy("A supervisor has reviewed the urgent referral"),
    "referral.reason_opened": gettext_lazy("The reason for the urgent referral was read"),
    "iccam.imported": gettext_lazy("Received over ICCAM from a partner hotline"),
    "iccam.reported": gettext_lazy("Report sent to ICCAM"),
    "iccam.assessment_reported": gettext_lazy("Assessment sent to ICCAM"),
    "iccam.action_reported": gettext_lazy("Action sent to ICCAM: %(iccam_action)s"),
    "iccam.assigned": gettext_lazy("Assigned over ICCAM to the hotline of %(country)s"),
    "iccam.failed": gettext_lazy("Not sent to ICCAM: %(problem)s"),
    "iccam.reassigned": gettext_lazy("Assigned to us again over ICCAM: to be decided again"),
    "iccam.retried": gettext_lazy("Sending to ICCAM again"),
    "availability.check_requested": gettext_lazy("Availability check requested"),
    "availability.attention_dismissed": gettext_lazy("Unclear availability checks reviewed, no action"),
    "police.words_opened": gettext_lazy("Opened by the portal for the package %(package)s"),
    "police.packed": gettext_lazy("Added to the package %(package)s"),
    "police.order_refused": gettext_lazy(
        "Not handed over: the recipient or the decision was changed outside the staff site"
    ),
    "police.returned": gettext_lazy("Package %(package)s was returned undelivered"),
    "police.delivered": gettext_lazy("Package %(package)s handed over to the police"),
    "notice.planned": gettext_lazy("Notice to the %(step)s is being prepared"),
    "notice.sent": gettext_lazy("Notice sent: %(notice_kind)s"),
    "notice.send_now": gettext_lazy("Notice to be sent at once, by a supervisor's decision"),
    "notice.refused": gettext_lazy("Notice could not be sent: %(mail_error)s"),
    "notice.bounced": gettext_lazy("Notice returned undelivered"),
    "notice.answered": gettext_lazy("Notice answered"),
    "notice.ended": gettext_lazy("Notice: %(notice_state)s"),
    "notice.reply_opened": gettext_lazy("Answer to a notice opened"),
    "hold.placed": gettext_lazy("Police hold: the host is not notified yet"),
    "hold.ended": gettext_lazy("Police hold ended: %(hold_end)s"),
    "legal_hold.set": gettext_lazy("Legal hold: %(held)s"),
    "legal_hold.released": gettext_lazy("Legal hold released"),
    "legal_hold.opened": gettext_lazy("Reason for the legal hold opened"),
    "report.erased": gettext_lazy("Erased after the retention period: %(part)s"),
    "personal_data.exported": gettext_lazy("Reporter informed about stored data"),
    "personal_data.erasure_requested": gettext_lazy("Reporter requested erasure"),
}


class TimelineRow(NamedTuple):
    """One line of the timeline: text, actor ("" for the system or the reporter) and time (UTC)."""

    text: str
    who: str
    at: datetime


def timeline_row(event: AuditEvent, people: Mapping[int, str]) -> TimelineRow:
    """Return the timeline row of an event. `people` is {user id: name}."""
    labels = {
        "reason": _label(TakeoverReason, event.data.get("reason")),
        "why": _label(ReopenReason, event.data.get("why")),
        "unlocked": _label(UnlockReason, event.data.get("reason")),
        "because": _label(SuspicionWithdrawReason, event.data.get("because")),
        "to": _label(ReportState, event.data.get("to")),
        "end": _label(ReportState, event.data.get("end")),
        "to_item": _label(ItemState, event.data.get("to")),
        "round": _label(Round, event.data.get("round")),
        "site_type": _label(SiteType, event.data.get("to")),
        "raised": ", ".join(_text(REASON_LABELS, code) for code in event.data.get("reasons", ())),
        "kind": _label(ActionKind, event.data.get("kind")),
        "category": _text(dict(category_choices()), event.data.get("category")),
        "mail_kind": _label(OutgoingKind, event.data.get("kind")),
        "mail_error": _label(OutgoingError, event.data.get("error")),
        "package": event.data.get("reference", ""),
        "route": _label(Route, event.data.get("route")),
        "problem": _label(ReferralProblem, event.data.get("problem")),
        "iccam_action": _label(IccamAction, event.data.get("action")),
        "country": country_name(str(event.data.get("country", ""))),
        "step": _label(NoticeStep, event.data.get("step")),
        "notice_kind": _label(NoticeKind, event.data.get("kind")),
        "notice_state": _label(NoticeState, event.data.get("state")),
        "hold_end": _label(HoldEnd, event.data.get("end")),
        "held": _label(HoldReason, event.data.get("held")),
        "part": _label(RetentionPart, event.data.get("part")),
        "unopened": ", ".join(_label(UnopenedReason, code) for code in event.data.get("unopened", ())),
        "withheld": _label(NoReplyReason, event.data.get("withheld")),
    }
    line = LINES.get(event.action)
    text = line % labels if line else event.action
    return TimelineRow(
        str(text), people.get(event.actor_id or 0, _("former colleague") if event.actor_id else ""), event.at
    )


def _label(choices: type, value: object) -> str:
    return _text({member.value: member.label for member in choices}, value)  # type: ignore[attr-defined]


def _text(labels: Mapping[Any, object], value: object) -> str:
    return str(labels.get(value, value))
