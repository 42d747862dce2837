"""An object of every kind that the staff side shows, and an existing URL for every pattern of it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from awareness.games.models import Game
from awareness.library.models import Resource
from awareness.news.models import Article
from awareness.pages.models import ContactPoint, FixedPage, Partner
from awareness.quizzes.models import Question, Quiz
from awareness.search.models import SynonymGroup
from awareness.topics.models import HelpLine, RemovalService, Topic
from clicksafely.common.alerts.models import Alert, AlertChannel
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.models import FailedTask
from hotline.intake.email.services import ingest_message
from hotline.models import (
    AbuseContact,
    AvailabilityCheck,
    Complaint,
    HashList,
    HashMatch,
    Host,
    LegalHold,
    NonSendingDay,
    NoticeTemplate,
    OutgoingMail,
    PartnerHotline,
    PartnerWebhook,
    PoliceHold,
    PolicePackage,
    PoliceRecipient,
    Referral,
    ReportPageText,
    RetentionRule,
    ReviewSettings,
    RoutingRule,
    SiteTypeRule,
    TriageRule,
    Upload,
)
from hotline.referral.police.recipient_services import save_recipient
from tests.clients.staff import make_staff
from tests.factories.alerts import give_shift
from tests.factories.events import make_booking, make_date, make_event, make_series, make_visit_request
from tests.factories.file_hashes import make_file_hash
from tests.factories.notices import make_notice
from tests.factories.papers import both, content
from tests.factories.youthpanel import (
    give_consent,
    make_consultation,
    make_edition,
    make_meeting,
    make_member,
    make_recommendation,
)
from tests.hotline.intake.api.program import make_partner
from tests.hotline.review.conftest import make_case, make_item
from youthpanel.models import Idea, Post, Quotation, SafeguardingAction, SafeguardingNote
from youthpanel.safeguarding import services as safeguarding


def views_of(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every pattern below `patterns`, as written in the code, with its view."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views_of(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def addresses(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """Yield every pattern below `patterns`, as written in the code."""
    return (route for route, _view in views_of(patterns))


STAFF = [route for route in addresses(get_resolver().url_patterns) if route.startswith("admin/")]


def make_paths() -> dict[str, str]:
    """Return an existing URL for every pattern of the staff side, with the object it shows."""
    case = make_case()
    item, now = case.items.get(), timezone.now()
    upload = Upload.objects.create(report=case, size=1, mime_type="image/webp", stored_at=now)
    user = make_staff("bystander")
    event_date = make_date(make_event(series=make_series(year=2099)), starts_at=now + timedelta(days=21))
    booking = make_booking(event_date)
    visit = make_visit_request()
    partner = make_partner("x")
    PartnerWebhook.objects.create(
        partner=partner, url="https://hooks.example.org/", encrypted_secret=bytes(40), set_at=now
    )
    partner_key = partner.keys.create(label="x", prefix="x", digest=bytes(32), created_at=now)
    hash_list = HashList.objects.create(name="x", layout="md5", file_size=1, file_digest=bytes(32), arrived_at=now)
    file_hash = make_file_hash(report=case, origin="partner", md5=bytes(16))
    match = HashMatch.objects.create(file_hash=file_hash, hash_list=hash_list, algorithm=1, matched_at=now)
    referral = Referral.objects.create(item=item, report=case, author=user, route="police", created_at=now)
    iccam = case.iccam_reports.create(origin="ours", reference="NP-2026-000001", created_at=now)
    iccam.contents.create(item=item)
    hold = PoliceHold.objects.create(item=item, report=case, placed_at=now, until=now)
    recipient = PoliceRecipient(name="x")
    save_recipient(recipient=recipient, actor=user, now=now, changed=[])
    package = PolicePackage.objects.create(created_at=now, recipient=recipient, format="zip", sha256="0" * 64, size=1)
    notice = make_notice(item, case)
    panel_member = make_member()
    panel_consent = give_consent(panel_member)
    meeting = make_meeting(panel_member.cohort)
    meeting_file = meeting.files.create(
        kind="photograph", name="x", description="x", shows_no_person=True, size=1, sha256="0" * 64, media_type="image/webp", added_at=now
    )  # fmt: skip
    worry = safeguarding.NoteData(text="x", member=panel_member, urgent=True)
    safeguarding.write_note(draft=worry, actor=user, now=now)
    note = SafeguardingNote.objects.latest("pk")
    action = SafeguardingAction(note=note, kind="action", due_on=now.date(), planned_at=now, planned_by=user)
    SafeguardingAction.TEXT.seal(action, b"x")
    action.save()
    edition = make_edition(user, content=content(method=both("", ""), recommendations=[]))
    recommendation = make_recommendation()
    response = recommendation.responses.create(kind="received", on=now.date(), source="x", recorded_at=now)
    letter = response.letters.create(title="x", description="x", size=1, sha256="0" * 64, pages=1, added_at=now)
    consultation = make_consultation(state="draft")
    idea = Idea.objects.create(consultation=consultation, text="x", written_at=now)
    Post.objects.create(consultation=consultation, text="x", written_at=now, uuid=idea.uuid)
    quotation = Quotation.objects.create(consultation=consultation, text_sr="x")
    row_ids = {
        "hotline/referral": referral.pk,
        "hotline/iccamreport": iccam.pk,
        "hotline/notice": notice.pk,
        "hotline/noticetemplate": NoticeTemplate.objects.earliest("pk").pk,
        "hotline/reportpagetext": ReportPageText.objects.earliest("pk").pk,
        "hotline/nonsendingday": NonSendingDay.objects.create(day=now.date()).pk,
        "hotline/routingrule": RoutingRule.objects.earliest("pk").pk,
        "hotline/partnerhotline": PartnerHotline.objects.earliest("pk").pk,
        "hotline/report": case.pk,
        "hotline/contentitem": item.pk,
        "hotline/closing": case.closings.create(
            act="aside", end="spam", author=user, created_at=now, effective_at=now
        ).pk,
        "hotline/availabilitycheck": AvailabilityCheck.objects.create(item=make_item(), began_at=now).pk,
        "hotline/outgoingmail": OutgoingMail.objects.create(
            report=case, kind="news", state="sent", queued_at=now, attempts=1
        ).pk,
        "hotline/incomingmail": ingest_message(raw=b"", now=now).pk,
        "common/auditevent": audit_log.record(action="report.received", subject=case, actor=None, now=now).pk,
        "common/failedtask": FailedTask.objects.create(
            task="x", kwargs={}, digest=b"x", error="x", tries=1, first_failed_at=now, failed_at=now
        ).pk,
        "hotline/host": Host.objects.create(name="walk.example.org").pk,
        "hotline/abusecontact": AbuseContact.objects.earliest("pk").pk,
        "hotline/sitetyperule": SiteTypeRule.objects.earliest("pk").pk,
        "hotline/hashlist": hash_list.pk,
        "hotline/hashmatch": match.pk,
        "hotline/retentionrule": RetentionRule.objects.earliest("pk").pk,
        "hotline/complaint": Complaint.objects.create(
            about="hotline",
            language="sr",
            received_at=now,
            acknowledge_by=now,
            answer_by=now,
            number_digest=bytes(32),
            state_digest=bytes(32),
            sealed=b"x",
        ).pk,
        "hotline/complaintdeadlines": 1,
        "hotline/reviewsettings": ReviewSettings.objects.get().pk,
        "hotline/legalhold": LegalHold.objects.create(report=case, reason="police", set_by=user, set_at=now).pk,
        "hotline/triagerule": TriageRule.objects.create(
            kind="host", value="www.example.org", note="x", author=user, created_at=now, changed_at=now
        ).pk,
        "hotline/policepackage": package.pk,
        "hotline/policerecipient": recipient.pk,
        "topics/helpline": HelpLine.objects.earliest("pk").pk,
        "topics/removalservice": RemovalService.objects.earliest("pk").pk,
        "topics/topic": Topic.objects.earliest("pk").pk,
        "news/article": Article.objects.create(slug="x", title_sr="x", summary_sr="x").pk,
        "pages/fixedpage": FixedPage.objects.earliest("pk").pk,
        "pages/partner": Partner.objects.earliest("pk").pk,
        "pages/contactpoint": ContactPoint.objects.create(
            unit="centre", kind="email", label="x", value="office@example.org"
        ).pk,
        "search/synonymgroup": SynonymGroup.objects.earliest("pk").pk,
        "quizzes/question": Question.objects.create(kind="poll", name="x", text_sr="x").pk,
        "quizzes/quiz": Quiz.objects.create(slug="walk", title_sr="x", summary_sr="x", level="7-10").pk,
        "games/game": Game.objects.earliest("pk").pk,
        "events/series": event_date.event.series_id,
        "events/event": event_date.event_id,
        "events/eventdate": event_date.pk,
        "events/booking": booking.pk,
        "events/visitrequest": visit.pk,
        "library/resource": Resource.objects.create(slug="walk", title="x", kind="poster", language="zxx").pk,
        "youthpanel/school": panel_member.school_id,
        "youthpanel/cohort": panel_member.cohort_id,
        "youthpanel/member": panel_member.pk,
        "youthpanel/meeting": meeting.pk,
        "youthpanel/consultation": consultation.pk,
        "youthpanel/recommendation": recommendation.pk,
        "youthpanel/whitepaper": edition.paper_id,
        "youthpanel/edition": edition.pk,
        "youthpanel/handover": edition.handovers.create(
            recipient="x", on=now.date(), answer_by=now.date() + timedelta(days=1)
        ).pk,
        "youthpanel/response": response.pk,
        "hotline/partner": partner.pk,
        "accounts/user": user.pk,
        "auth/group": Group.objects.earliest("pk").pk,
        "axes/accessattempt": AccessAttempt.objects.create(username="x", failures_since_start=1).pk,
        "axes/accesslog": AccessLog.objects.create(username="x").pk,
        "axes/accessfailurelog": AccessFailureLog.objects.create(username="x").pk,
    }
    content_type = ContentType.objects.get_for_model(type(item)).pk

    values = {
        "page": "sr/news/",
        "report_id": case.pk,
        "item_id": item.pk,
        "referral_id": referral.pk,
        "iccam_id": iccam.pk,
        "notice_id": notice.pk,
        "reply_id": notice.replies.get().pk,
        "hold_id": hold.pk,
        "upload_id": upload.pk,
        "partner_id": partner.pk,
        "key_id": partner_key.pk,
        "list_id": hash_list.pk,
        "package_id": package.pk,
        "event_id": event_date.event_id,
        "date_id": event_date.pk,
        "booking_id": booking.pk,
        "visit_id": visit.pk,
        "member_id": panel_member.pk,
        "consent_id": panel_consent.pk,
        "meeting_id": meeting.pk,
        "file_id": meeting_file.pk,
        "note_id": note.pk,
        "action_id": action.pk,
        "consultation_id": consultation.pk,
        "quotation_id": quotation.pk,
        "letter_id": letter.pk,
        "uuid": idea.uuid,
        "content_type_id": content_type,
        "code": "sr",
        "cohort_id": panel_member.cohort_id,
        # Of no object: `tests/accounts` and `tests/common/staff` have those, which have an owner or two people.
        "passkey_id": 0,
        "recovery_id": 0,
        "view_id": 0,
        "mail_id": row_ids["hotline/incomingmail"],
        "complaint_id": row_ids["hotline/complaint"],
        "legal_hold_id": row_ids["hotline/legalhold"],
        "shift_id": give_shift(user, "00:00", "00:00").pk,
        "channel_id": AlertChannel.objects.create(person=user, medium="email", address="night@example.org").pk,
        "alert_id": Alert.objects.create(kind="hotline.danger", opened_at=hour_of(now), next_step_at=now).pk,
    }

    def fill(route: str) -> str:
        model = "/".join(route.split("/")[1:3])
        # The tested objects of a model, and the formats of exports and previews.
        own = dict.fromkeys(("object_id", "pk", "id"), row_ids.get(model)) | {
            "form": "pdf" if "youthpanel" in route else "json"
        }
        if route.startswith("admin/^"):
            return "/admin/hotline/"
        if route.endswith("$"):
            return "/admin/there-is-no-such-page/"
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str((values | own)[found[1]]), route)

    return {route: fill(route) for route in STAFF}
