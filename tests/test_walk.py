"""Every address of the staff side, as everybody, by GET and by POST: who gets in is declared here and nowhere else.

An address that the table lacks fails the test, and so does an entry that no address has.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from functools import partial

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice

from awareness.games.models import Game
from awareness.library.models import Resource
from awareness.news.models import Article
from awareness.pages.models import ContactPoint, Partner
from awareness.quizzes.models import Question, Quiz
from awareness.search.models import SynonymGroup
from awareness.topics.models import HelpLine, RemovalService, Topic
from clicksafely.common.audit import audit_log
from clicksafely.common.models import FailedTask
from hotline.intake.email.services import ingest_message
from hotline.models import (
    AbuseContact,
    AvailabilityCheck,
    Complaint,
    FileHash,
    HashList,
    HashMatch,
    Host,
    LegalHold,
    NonSendingDay,
    NoticeTemplate,
    OutgoingMail,
    PartnerHotline,
    PoliceHold,
    PolicePackage,
    PoliceRecipient,
    Referral,
    RetentionRule,
    RoutingRule,
    SiteTypeRule,
    TriageRule,
    Upload,
)
from tests.awareness.reader import PageReader
from tests.factories.events import make_booking, make_date, make_event, make_series
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
from tests.hotline.referral.takedown.told import make_notice
from tests.hotline.review.conftest import make_case, make_item
from tests.security.headers import wrong_headers
from tests.signing import HASHERS, administrator, give_device, make_staff, signed_in
from youthpanel.meetings import incidents
from youthpanel.models import Idea, IncidentNote, Post, Quotation

ANALYST, SUPERVISOR, EDITOR, COORDINATOR, SAFEGUARDING, AUDITOR = ROLES = (
    "analyst",
    "supervisor",
    "editor",
    "coordinator",
    "safeguarding",
    "auditor",
)
EVERYBODY = frozenset(ROLES)
DESK = frozenset({ANALYST, SUPERVISOR})
EDITORS = frozenset({EDITOR})
COORDINATORS = frozenset({COORDINATOR})
# Whoever works with the youth panel.
ADULTS = frozenset({COORDINATOR, SAFEGUARDING})
LEAD = frozenset({SAFEGUARDING})
READERS = frozenset({SUPERVISOR, AUDITOR})
SUPERVISORS = frozenset({SUPERVISOR})
NOBODY: frozenset[str] = frozenset()

# address: (who may, what GET and POST with nothing in it then answer, what they answer to everybody else who is signed in)
Rule = tuple[frozenset[str], tuple[int, int], tuple[int, int]]
REFUSED = (403, 403)
# Django's addresses of a model; the last one only points to the form, which then refuses.
LOOKED_AT = {
    "": (200, 200),
    "add/": REFUSED,
    "{}/history/": (200, 200),
    "{}/delete/": REFUSED,
    "{}/change/": (200, 403),
}
EDITED = {
    "": (200, 200),
    "add/": (200, 200),
    "{}/history/": (200, 200),
    "{}/delete/": (200, 200),
    "{}/change/": (200, 200),
}
OF_A_MODEL = ("", "add/", "{}/history/", "{}/delete/", "{}/change/")


def model_rules(model: str, who: frozenset[str], answers: dict[str, tuple[int, int]]) -> dict[str, Rule]:
    object_id = "<path:object_id>"
    rules: dict[str, Rule] = {
        f"admin/{model}/{page}".format(object_id): (
            who if answers[page] != REFUSED else NOBODY,
            answers[page],
            REFUSED,
        )
        for page in OF_A_MODEL
    }
    return rules | {f"admin/{model}/{object_id}/": (EVERYBODY, (302, 302), REFUSED)}


PARTNER = "admin/hotline/partner/<int:partner_id>/"
POLICE = "admin/hotline/police/<int:package_id>/"
NOTICE = "admin/hotline/notices/<int:notice_id>/"
PANEL_MEMBER = "admin/youthpanel/members/<int:member_id>/"
MEETING = "admin/youthpanel/meetings/<int:meeting_id>/"
MEETING_FILE = f"{MEETING}files/<int:file_id>/"
INCIDENTS = "admin/youthpanel/incidents/"
CASE = "admin/hotline/case/<int:report_id>/"
EVENT_DATE = "admin/events/dates/<int:date_id>/"
BOOKING = "admin/events/bookings/<int:booking_id>/"
CONSULTATION = "admin/youthpanel/consultations/<int:consultation_id>/"
PAPER = "admin/youthpanel/whitepaper/<int:object_id>/"
TABLE: dict[str, Rule] = {
    "admin/": (DESK | ADULTS, (302, 302), (200, 200)),
    "admin/login/": (EVERYBODY, (302, 200), REFUSED),
    "admin/logout/": (EVERYBODY, (405, 200), REFUSED),
    "admin/language/": (EVERYBODY, (405, 302), REFUSED),
    "admin/gallery/": (EVERYBODY, (200, 200), REFUSED),
    "admin/password_change/": (EVERYBODY, (200, 200), REFUSED),
    "admin/password_change/done/": (EVERYBODY, (200, 405), REFUSED),
    "admin/autocomplete/": (EVERYBODY, (403, 405), REFUSED),
    "admin/jsi18n/": (EVERYBODY, (200, 405), REFUSED),
    "admin/r/<path:content_type_id>/<path:object_id>/": (EVERYBODY, (404, 404), REFUSED),
    "admin/(?P<url>.*)$": (EVERYBODY, (404, 404), REFUSED),
    "admin/^(?P<app_label>otp_totp|otp_static|axes|common|accounts|auth|topics|news|pages|library|quizzes|games|events|search|youthpanel|hotline)/$": (
        DESK,
        (200, 200),
        (404, 404),
    ),
    "admin/hotline/desk/": (DESK, (200, 405), REFUSED),
    "admin/hotline/desk/take/": (DESK, (303, 302), REFUSED),
    "admin/hotline/desk/break/": (DESK, (302, 302), REFUSED),
    "admin/hotline/desk/back/": (DESK, (303, 302), REFUSED),
    "admin/hotline/welfare/": (DESK, (200, 405), REFUSED),
    "admin/hotline/welfare/figures.csv": (DESK, (200, 405), REFUSED),
    "admin/hotline/welfare/pictures/": (DESK, (302, 302), REFUSED),
    CASE: (DESK, (200, 405), REFUSED),
    f"{CASE}claim/": (DESK, (303, 302), REFUSED),
    f"{CASE}release/": (DESK, (303, 422), REFUSED),
    f"{CASE}open/": (DESK, (303, 200), REFUSED),
    f"{CASE}reveal/<int:upload_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}suspect/<int:upload_id>/": (DESK, (303, 303), REFUSED),
    f"{CASE}free/<int:upload_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}pictures/": (DESK, (303, 422), REFUSED),
    f"{CASE}assess/<int:item_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}act/<int:item_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}refer/<int:item_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}danger/<int:item_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}withdraw/<int:referral_id>/": (DESK, (303, 302), REFUSED),
    f"{CASE}reason/<int:referral_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}reviewed/<int:referral_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}hold/<int:hold_id>/": (DESK, (303, 302), REFUSED),
    f"{CASE}check/<int:item_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}gone/<int:item_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}looked/<int:item_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}police-preview/<int:item_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}look-up/<int:item_id>/": (DESK, (303, 303), REFUSED),
    f"{CASE}site-type/<int:item_id>/": (DESK, (303, 422), REFUSED),
    f"{CASE}reply/": (DESK, (303, 422), REFUSED),
    f"{CASE}note/": (DESK, (303, 422), REFUSED),
    f"{CASE}reopen/": (DESK, (303, 422), REFUSED),
    f"{CASE}close-again/": (DESK, (303, 422), REFUSED),
    f"{CASE}legal-hold/": (SUPERVISORS, (303, 422), REFUSED),
    f"{CASE}legal-hold/<int:legal_hold_id>/release/": (SUPERVISORS, (303, 302), REFUSED),
    f"{CASE}legal-hold/<int:legal_hold_id>/reason/": (SUPERVISORS, (303, 422), REFUSED),
    "admin/hotline/retention/": (SUPERVISORS, (200, 405), REFUSED),
    # A general rule is never deleted, and the one that is walked is one.
    **model_rules("hotline/retentionrule", SUPERVISORS, EDITED | {"{}/delete/": REFUSED}),
    **model_rules("hotline/legalhold", DESK, LOOKED_AT),
    # A complaint is looked at on its own page.
    **model_rules("hotline/complaint", SUPERVISORS, LOOKED_AT | {"{}/change/": (302, 302)}),
    "admin/hotline/complaints/<int:complaint_id>/": (SUPERVISORS, (200, 405), REFUSED),
    "admin/hotline/complaints/<int:complaint_id>/open/": (SUPERVISORS, (303, 422), REFUSED),
    "admin/hotline/complaints/<int:complaint_id>/acknowledge/": (SUPERVISORS, (303, 302), REFUSED),
    "admin/hotline/complaints/<int:complaint_id>/answer/": (SUPERVISORS, (303, 422), REFUSED),
    **model_rules("hotline/complaintdeadlines", SUPERVISORS, EDITED | {"add/": REFUSED, "{}/delete/": REFUSED}),
    f"{CASE}add-places/": (DESK, (303, 422), REFUSED),
    "admin/hotline/enter/": (DESK, (200, 422), REFUSED),
    # A rule is never deleted.
    **model_rules("hotline/triagerule", frozenset({SUPERVISOR}), EDITED | {"{}/delete/": REFUSED}),
    f"{CASE}set-aside/": (DESK, (303, 422), REFUSED),
    f"{CASE}set-aside/confirm/": (DESK, (303, 422), REFUSED),
    f"{CASE}set-aside/refuse/": (DESK, (303, 422), REFUSED),
    f"{CASE}set-aside/withdraw/": (DESK, (303, 422), REFUSED),
    "admin/hotline/closings/": (DESK, (200, 405), REFUSED),
    "admin/hotline/closings/confirm/": (DESK, (303, 302), REFUSED),
    "admin/hotline/closings/undo/": (DESK, (303, 302), REFUSED),
    # The case screen shows a closing.
    **model_rules("hotline/closing", SUPERVISORS, LOOKED_AT | {"{}/change/": (302, 302)}),
    f"{CASE}category/": (DESK, (303, 422), REFUSED),
    # A report is looked at on the case screen.
    **model_rules("hotline/report", DESK, LOOKED_AT | {"{}/change/": (302, 302)}),
    **model_rules("hotline/contentitem", DESK, LOOKED_AT),
    **model_rules("hotline/availabilitycheck", DESK, LOOKED_AT),
    **model_rules("hotline/outgoingmail", DESK, LOOKED_AT),
    **model_rules("hotline/referral", DESK, LOOKED_AT),
    **model_rules("hotline/iccamreport", DESK, LOOKED_AT),
    # A notice has a page of its own; its wording is changed, never made or deleted.
    **model_rules("hotline/notice", DESK, LOOKED_AT | {"{}/change/": (302, 302)}),
    **model_rules("hotline/noticetemplate", SUPERVISORS, EDITED | {"add/": REFUSED, "{}/delete/": REFUSED}),
    **model_rules("hotline/nonsendingday", SUPERVISORS, EDITED),
    f"{CASE}notice-preview/<int:item_id>/": (DESK, (200, 405), REFUSED),
    NOTICE: (DESK, (200, 405), REFUSED),
    f"{NOTICE}act/": (DESK, (303, 422), REFUSED),
    f"{NOTICE}reply/<int:reply_id>/": (DESK, (303, 200), REFUSED),
    f"{CASE}iccam/<int:iccam_id>/": (DESK, (303, 422), REFUSED),
    **model_rules("hotline/routingrule", SUPERVISORS, EDITED),
    **model_rules("hotline/partnerhotline", SUPERVISORS, EDITED),
    # The registrar may be written down; the register is kept by supervisors.
    **model_rules("hotline/host", DESK, LOOKED_AT | {"{}/change/": (200, 302)}),
    **model_rules("hotline/abusecontact", SUPERVISORS, EDITED | {"{}/delete/": REFUSED}),
    **model_rules("hotline/sitetyperule", SUPERVISORS, EDITED),
    # Messages that became no report have pages of their own.
    **model_rules("hotline/incomingmail", DESK, LOOKED_AT),
    "admin/hotline/incomingmail/<int:mail_id>/open/": (DESK, (303, 200), REFUSED),
    "admin/hotline/incomingmail/<int:mail_id>/handle/": (DESK, (303, 422), REFUSED),
    # A package is looked at on its own page; it is handed over by supervisors.
    **model_rules("hotline/policepackage", DESK, LOOKED_AT | {"{}/change/": (302, 302)}),
    **model_rules("hotline/policerecipient", SUPERVISORS, EDITED | {"{}/delete/": REFUSED}),
    POLICE: (DESK, (200, 405), REFUSED),
    f"{POLICE}download/": (SUPERVISORS, (302, 422), REFUSED),
    f"{POLICE}password/": (SUPERVISORS, (302, 422), REFUSED),
    f"{POLICE}delivered/": (SUPERVISORS, (302, 422), REFUSED),
    f"{POLICE}mail-again/": (SUPERVISORS, (302, 422), REFUSED),
    f"{POLICE}discard/": (SUPERVISORS, (302, 302), REFUSED),
    # A hash list is looked at on its own page.
    **model_rules("hotline/hashlist", SUPERVISORS, LOOKED_AT | {"{}/change/": (302, 302)}),
    **model_rules("hotline/hashmatch", SUPERVISORS, LOOKED_AT),
    "admin/hotline/hash-lists/add/": (SUPERVISORS, (200, 422), REFUSED),
    "admin/hotline/hash-lists/<int:list_id>/": (SUPERVISORS, (200, 405), REFUSED),
    "admin/hotline/hash-lists/<int:list_id>/switch/": (SUPERVISORS, (302, 302), REFUSED),
    "admin/hotline/hash-lists/unlock/<int:upload_id>/": (SUPERVISORS, (200, 422), REFUSED),
    "admin/hotline/health/": (SUPERVISORS, (200, 405), REFUSED),
    "admin/hotline/statistics/": (SUPERVISORS, (200, 405), REFUSED),
    "admin/hotline/statistics/export/": (SUPERVISORS, (302, 422), REFUSED),
    **model_rules("common/auditevent", READERS, LOOKED_AT),
    **model_rules("common/failedtask", frozenset({SUPERVISOR}), LOOKED_AT),
    **model_rules("topics/helpline", EDITORS, EDITED),
    **model_rules("topics/removalservice", EDITORS, EDITED),
    **model_rules("topics/topic", EDITORS, EDITED),
    **model_rules("news/article", EDITORS, EDITED),
    **model_rules("pages/partner", EDITORS, EDITED),
    **model_rules("pages/contactpoint", EDITORS, EDITED),
    **model_rules("search/synonymgroup", EDITORS, EDITED),
    **model_rules("library/resource", EDITORS, EDITED),
    **model_rules("games/game", EDITORS, EDITED),
    "admin/games/game/<int:object_id>/preview/": (EDITORS, (405, 200), REFUSED),
    "admin/library/resource/export/": (EDITORS, (200, 405), REFUSED),
    "admin/library/resource/import/": (EDITORS, (200, 422), REFUSED),
    **model_rules("quizzes/question", EDITORS, EDITED),
    "admin/quizzes/question/import/": (EDITORS, (200, 422), REFUSED),
    "admin/quizzes/question/preview/": (EDITORS, (405, 200), REFUSED),
    **model_rules("quizzes/quiz", EDITORS, EDITED),
    "admin/quizzes/quiz/<int:pk>/figures/": (EDITORS, (200, 405), REFUSED),
    "admin/quizzes/quiz/<int:pk>/figures.csv": (EDITORS, (200, 405), REFUSED),
    "admin/quizzes/quiz/<int:pk>/export/<slug:form>/": (EDITORS, (200, 405), REFUSED),
    # Coordinators run events, editors write about them.
    **model_rules("events/series", EDITORS | COORDINATORS, EDITED),
    **model_rules("events/event", EDITORS | COORDINATORS, EDITED),
    "admin/events/event/<int:pk>/copy/": (EDITORS | COORDINATORS, (200, 302), REFUSED),
    "admin/events/event/<int:pk>/figures/": (COORDINATORS, (200, 405), REFUSED),
    # Dates and bookings have pages of their own.
    **model_rules("events/eventdate", COORDINATORS, LOOKED_AT | {"{}/change/": (302, 302)}),
    **model_rules("events/booking", COORDINATORS, LOOKED_AT | {"{}/change/": (302, 302)}),
    "admin/events/eventdate/export/": (COORDINATORS, (302, 200), REFUSED),
    "admin/events/booking/export/": (COORDINATORS, (302, 200), REFUSED),
    "admin/events/overview/": (COORDINATORS, (200, 405), REFUSED),
    "admin/events/calendar/": (COORDINATORS, (200, 405), REFUSED),
    "admin/events/dates/add/<int:event_id>/": (COORDINATORS, (200, 422), REFUSED),
    EVENT_DATE: (COORDINATORS, (200, 405), REFUSED),
    f"{EVENT_DATE}change/": (COORDINATORS, (200, 422), REFUSED),
    f"{EVENT_DATE}cancel/": (COORDINATORS, (200, 422), REFUSED),
    f"{EVENT_DATE}remove/": (COORDINATORS, (302, 422), REFUSED),
    f"{EVENT_DATE}list/": (COORDINATORS, (200, 200), REFUSED),
    # The date that is walked lies ahead.
    f"{EVENT_DATE}attendance/": (COORDINATORS, (302, 422), REFUSED),
    f"{EVENT_DATE}report/": (COORDINATORS, (422, 422), REFUSED),
    BOOKING: (COORDINATORS, (200, 405), REFUSED),
    f"{BOOKING}open/": (COORDINATORS, (302, 200), REFUSED),
    f"{BOOKING}call-off/": (COORDINATORS, (302, 302), REFUSED),
    f"{BOOKING}letter/": (COORDINATORS, (302, 302), REFUSED),
    # Somebody belongs to it: then it is not deleted.
    **model_rules("youthpanel/school", COORDINATORS, EDITED | {"{}/delete/": REFUSED}),
    **model_rules("youthpanel/cohort", COORDINATORS, EDITED),
    # Members are forgotten, never deleted.
    **model_rules("youthpanel/member", COORDINATORS, EDITED | {"{}/delete/": REFUSED}),
    "admin/youthpanel/due/": (COORDINATORS, (200, 405), REFUSED),
    "admin/youthpanel/members/import/": (COORDINATORS, (200, 422), REFUSED),
    "admin/youthpanel/members/import/template.xlsx": (COORDINATORS, (200, 405), REFUSED),
    "admin/youthpanel/members/import/template.csv": (COORDINATORS, (200, 405), REFUSED),
    f"{PANEL_MEMBER}open/": (COORDINATORS, (405, 200), REFUSED),
    f"{PANEL_MEMBER}identity/": (COORDINATORS, (405, 422), REFUSED),
    f"{PANEL_MEMBER}consents/add/": (COORDINATORS, (200, 422), REFUSED),
    f"{PANEL_MEMBER}consents/<int:consent_id>/withdraw/": (COORDINATORS, (405, 302), REFUSED),
    f"{PANEL_MEMBER}consents/<int:consent_id>/remind/": (COORDINATORS, (405, 302), REFUSED),
    f"{PANEL_MEMBER}leave/": (COORDINATORS, (200, 422), REFUSED),
    f"{PANEL_MEMBER}back/": (COORDINATORS, (405, 302), REFUSED),
    f"{PANEL_MEMBER}erase/": (COORDINATORS, (200, 422), REFUSED),
    # A meeting has pages of its own; the one that is walked is over.
    **model_rules("youthpanel/meeting", COORDINATORS, LOOKED_AT | {"{}/change/": (302, 302)}),
    "admin/youthpanel/meetings/add/": (COORDINATORS, (200, 422), REFUSED),
    MEETING: (COORDINATORS, (200, 405), REFUSED),
    f"{MEETING}change/": (COORDINATORS, (200, 422), REFUSED),
    f"{MEETING}cancel/": (COORDINATORS, (200, 302), REFUSED),
    f"{MEETING}sheet/": (COORDINATORS, (200, 405), REFUSED),
    f"{MEETING}attendance/": (COORDINATORS, (200, 422), REFUSED),
    f"{MEETING}minutes/": (COORDINATORS, (200, 422), REFUSED),
    f"{MEETING}files/add/": (COORDINATORS, (200, 422), REFUSED),
    # Its bytes are not there.
    MEETING_FILE: (COORDINATORS, (404, 405), REFUSED),
    f"{MEETING_FILE}small/": (COORDINATORS, (404, 405), REFUSED),
    f"{MEETING_FILE}change/": (COORDINATORS, (200, 422), REFUSED),
    f"{MEETING_FILE}remove/": (COORDINATORS, (405, 302), REFUSED),
    f"{INCIDENTS}add/": (ADULTS, (200, 422), REFUSED),
    f"{INCIDENTS}kept/": (ADULTS, (200, 405), REFUSED),
    # Nobody else, not by a guessed number either.
    INCIDENTS: (LEAD, (200, 405), REFUSED),
    f"{INCIDENTS}<int:note_id>/open/": (LEAD, (405, 200), REFUSED),
    f"{INCIDENTS}<int:note_id>/settle/": (LEAD, (405, 302), REFUSED),
    **model_rules("youthpanel/consultation", COORDINATORS, EDITED),
    CONSULTATION: (ADULTS, (200, 405), REFUSED),
    f"{CONSULTATION}move/": (COORDINATORS, (405, 302), REFUSED),
    f"{CONSULTATION}preview/<slug:code>/": (ADULTS, (200, 405), REFUSED),
    f"{CONSULTATION}results/": (ADULTS, (200, 405), REFUSED),
    f"{CONSULTATION}results.xlsx": (ADULTS, (200, 405), REFUSED),
    # For its facilitators alone, and this person is none of them.
    f"{CONSULTATION}talk/": (NOBODY, REFUSED, REFUSED),
    f"{CONSULTATION}paper/": (NOBODY, REFUSED, REFUSED),
    f"{CONSULTATION}flipchart/": (NOBODY, REFUSED, REFUSED),
    f"{CONSULTATION}words/": (NOBODY, REFUSED, REFUSED),
    f"{CONSULTATION}words/quote/": (ADULTS, (405, 403), REFUSED),
    f"{CONSULTATION}words/<int:quotation_id>/": (ADULTS, (405, 403), REFUSED),
    "admin/youthpanel/moderation/": (ADULTS, (200, 405), REFUSED),
    "admin/youthpanel/moderation/idea/<uuid:uuid>/": (ADULTS, (405, 403), REFUSED),
    "admin/youthpanel/moderation/post/<uuid:uuid>/": (ADULTS, (405, 403), REFUSED),
    **model_rules("youthpanel/recommendation", COORDINATORS, EDITED),
    **model_rules("youthpanel/whitepaper", COORDINATORS, EDITED),
    f"{PAPER}preview/<slug:code>/": (COORDINATORS, (200, 405), REFUSED),
    f"{PAPER}preview/<slug:code>.<slug:form>": (COORDINATORS, (200, 405), REFUSED),
    f"{PAPER}issue/": (COORDINATORS, (200, 422), REFUSED),
    # What was issued, handed over or answered is looked at; a new one is added.
    "admin/youthpanel/codes/": (COORDINATORS, (200, 405), REFUSED),
    "admin/youthpanel/codes/slips/": (COORDINATORS, (405, 422), REFUSED),
    f"{PANEL_MEMBER}shut-out/": (COORDINATORS, (405, 302), REFUSED),
    **model_rules("youthpanel/edition", COORDINATORS, LOOKED_AT),
    **model_rules("youthpanel/handover", COORDINATORS, LOOKED_AT | {"add/": (200, 200)}),
    **model_rules("youthpanel/response", COORDINATORS, LOOKED_AT | {"add/": (200, 200)}),
    **model_rules("hotline/partner", SUPERVISORS, EDITED | {"{}/delete/": REFUSED}),
    f"{PARTNER}make-key/": (SUPERVISORS, (200, 422), REFUSED),
    f"{PARTNER}revoke-key/<int:key_id>/": (SUPERVISORS, (200, 302), REFUSED),
    # Accounts and devices are kept by superusers: see ADMINISTRATION.
    **model_rules("auth/group", NOBODY, dict.fromkeys(OF_A_MODEL, REFUSED)),
    **model_rules("accounts/user", NOBODY, dict.fromkeys(OF_A_MODEL, REFUSED)),
    "admin/accounts/user/<id>/password/": (NOBODY, REFUSED, REFUSED),
    **model_rules("otp_totp/totpdevice", NOBODY, dict.fromkeys(OF_A_MODEL, REFUSED)),
    "admin/otp_totp/totpdevice/<int:pk>/config/": (NOBODY, REFUSED, REFUSED),
    "admin/otp_totp/totpdevice/<int:pk>/qrcode/": (NOBODY, REFUSED, REFUSED),
    **model_rules("otp_static/staticdevice", NOBODY, dict.fromkeys(OF_A_MODEL, REFUSED)),
    **model_rules("axes/accessattempt", NOBODY, dict.fromkeys(OF_A_MODEL, REFUSED)),
    **model_rules("axes/accesslog", NOBODY, dict.fromkeys(OF_A_MODEL, REFUSED)),
    **model_rules("axes/accessfailurelog", NOBODY, dict.fromkeys(OF_A_MODEL, REFUSED)),
}
# What is open to superusers, with or without a role: accounts, roles, second factors and what is known of failed attempts to sign in.
ADMINISTRATION: dict[str, tuple[int, int]] = {
    f"admin/{model}/{page}".format("<path:object_id>"): answer
    for model, answers in {
        "auth/group": EDITED,
        "accounts/user": EDITED | {"{}/delete/": REFUSED},
        "otp_totp/totpdevice": EDITED,
        "otp_static/staticdevice": EDITED,
        "axes/accessattempt": EDITED | {"add/": REFUSED, "{}/change/": (200, 302)},
        "axes/accesslog": EDITED | {"add/": REFUSED, "{}/change/": (200, 302)},
        "axes/accessfailurelog": EDITED | {"add/": REFUSED, "{}/change/": (200, 302)},
    }.items()
    for page, answer in answers.items()
} | {
    "admin/accounts/user/<id>/password/": (200, 200),
    "admin/otp_totp/totpdevice/<int:pk>/config/": (200, 200),
    "admin/otp_totp/totpdevice/<int:pk>/qrcode/": (200, 200),
}
# What is open to those who have not signed in; every other address sends them to the form.
BEFORE_SIGNING_IN = {
    "admin/login/": (200, 200),
    "admin/language/": (405, 302),
    "admin/logout/": (302, 302),
}


def addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every pattern below `patterns`, as it is written in the code."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route


STAFF = [route for route in addresses(get_resolver().url_patterns) if route.startswith("admin/")]


@pytest.fixture(autouse=True)
def _fast_hashes() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=HASHERS):
        yield


@pytest.fixture
def paths(db: None) -> dict[str, str]:
    return make_paths()


def make_paths() -> dict[str, str]:
    """An address that exists for every pattern of the staff side, with what it shows."""
    case = make_case()
    item, now = case.items.get(), timezone.now()
    upload = Upload.objects.create(report=case, size=1, mime_type="image/webp", stored_at=now)
    user = make_staff("bystander")
    event_date = make_date(make_event(series=make_series(year=2099)), starts_at=now + timedelta(days=21))
    booking = make_booking(event_date)
    partner = make_partner("x")
    partner_key = partner.keys.create(label="x", prefix="x", digest=bytes(32), made_at=now)
    hash_list = HashList.objects.create(name="x", layout="md5", file_size=1, file_digest=bytes(32), arrived_at=now)
    file_hash = FileHash.objects.create(report=case, origin="partner", md5=bytes(16))
    match = HashMatch.objects.create(file_hash=file_hash, hash_list=hash_list, algorithm=1, matched_at=now)
    referral = Referral.objects.create(item=item, report=case, author=user, route="police", made_at=now)
    iccam = case.iccam_reports.create(origin="ours", reference="NP-2026-000001", made_at=now)
    iccam.contents.create(item=item)
    hold = PoliceHold.objects.create(item=item, report=case, placed_at=now, until=now)
    recipient = PoliceRecipient.objects.create(name="x")
    package = PolicePackage.objects.create(made_at=now, recipient=recipient, format="zip", sha256="0" * 64, size=1)
    notice = make_notice(item, case)
    panel_member = make_member()
    panel_consent = give_consent(panel_member)
    meeting = make_meeting(panel_member.cohort)
    meeting_file = meeting.files.create(
        kind="photograph", name="x", description="x", nobody=True, size=1, sha256="0" * 64, media_type="image/webp", added_at=now
    )  # fmt: skip
    worry = incidents.IncidentNoteData(text="x", member=panel_member, urgent=True)
    incidents.write_note(draft=worry, actor=user, now=now)
    edition = make_edition(user, content=content(method=both("", ""), recommendations=[]))
    recommendation = make_recommendation()
    consultation = make_consultation(state="draft")
    idea = Idea.objects.create(consultation=consultation, text="x", written_at=now)
    Post.objects.create(consultation=consultation, text="x", written_at=now, uuid=idea.uuid)
    quotation = Quotation.objects.create(consultation=consultation, text_sr="x")
    kept = {
        "hotline/referral": referral.pk,
        "hotline/iccamreport": iccam.pk,
        "hotline/notice": notice.pk,
        "hotline/noticetemplate": NoticeTemplate.objects.earliest("pk").pk,
        "hotline/nonsendingday": NonSendingDay.objects.create(day=now.date()).pk,
        "hotline/routingrule": RoutingRule.objects.earliest("pk").pk,
        "hotline/partnerhotline": PartnerHotline.objects.earliest("pk").pk,
        "hotline/report": case.pk,
        "hotline/contentitem": item.pk,
        "hotline/closing": case.closings.create(act="aside", end="spam", author=user, made_at=now, effective_at=now).pk,
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
        "hotline/legalhold": LegalHold.objects.create(report=case, reason="police", set_by=user, set_at=now).pk,
        "hotline/triagerule": TriageRule.objects.create(
            kind="host", value="www.example.org", note="x", author=user, made_at=now, changed_at=now
        ).pk,
        "hotline/policepackage": package.pk,
        "hotline/policerecipient": recipient.pk,
        "topics/helpline": HelpLine.objects.earliest("pk").pk,
        "topics/removalservice": RemovalService.objects.earliest("pk").pk,
        "topics/topic": Topic.objects.earliest("pk").pk,
        "news/article": Article.objects.create(slug="x", title_sr="x", summary_sr="x").pk,
        "pages/partner": Partner.objects.earliest("pk").pk,
        "pages/contactpoint": ContactPoint.objects.create(
            door="centre", kind="email", label="x", value="office@example.org"
        ).pk,
        "search/synonymgroup": SynonymGroup.objects.earliest("pk").pk,
        "quizzes/question": Question.objects.create(kind="poll", name="x", text_sr="x").pk,
        "quizzes/quiz": Quiz.objects.create(slug="walk", title_sr="x", summary_sr="x", level="7-10").pk,
        "games/game": Game.objects.earliest("pk").pk,
        "events/series": event_date.event.series_id,
        "events/event": event_date.event_id,
        "events/eventdate": event_date.pk,
        "events/booking": booking.pk,
        "library/resource": Resource.objects.create(slug="walk", title="x", kind="poster", language="zxx").pk,
        "youthpanel/school": panel_member.school_id,
        "youthpanel/cohort": panel_member.cohort_id,
        "youthpanel/member": panel_member.pk,
        "youthpanel/meeting": meeting.pk,
        "youthpanel/consultation": consultation.pk,
        "youthpanel/recommendation": recommendation.pk,
        "youthpanel/whitepaper": edition.paper_id,
        "youthpanel/edition": edition.pk,
        "youthpanel/handover": edition.handovers.create(whom="x", on=now.date()).pk,
        "youthpanel/response": recommendation.responses.create(
            kind="received", on=now.date(), source="x", recorded_at=now
        ).pk,
        "hotline/partner": partner.pk,
        "accounts/user": user.pk,
        "auth/group": Group.objects.earliest("pk").pk,
        "otp_totp/totpdevice": give_device(user).pk,
        "otp_static/staticdevice": StaticDevice.objects.create(user=user, name="recovery").pk,
        "axes/accessattempt": AccessAttempt.objects.create(username="x", failures_since_start=1).pk,
        "axes/accesslog": AccessLog.objects.create(username="x").pk,
        "axes/accessfailurelog": AccessFailureLog.objects.create(username="x").pk,
    }
    content_type = ContentType.objects.get_for_model(type(item)).pk

    values = {
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
        "member_id": panel_member.pk,
        "consent_id": panel_consent.pk,
        "meeting_id": meeting.pk,
        "file_id": meeting_file.pk,
        "note_id": IncidentNote.objects.latest("pk").pk,
        "consultation_id": consultation.pk,
        "quotation_id": quotation.pk,
        "uuid": idea.uuid,
        "content_type_id": content_type,
        "code": "sr",
        "mail_id": kept["hotline/incomingmail"],
        "complaint_id": kept["hotline/complaint"],
        "legal_hold_id": kept["hotline/legalhold"],
    }

    def fill(route: str) -> str:
        model = "/".join(route.split("/")[1:3])
        # What is walked of a model, and what an export or a preview is made as.
        own = dict.fromkeys(("object_id", "pk", "id"), kept.get(model)) | {
            "form": "pdf" if "youthpanel" in route else "json"
        }
        if route.startswith("admin/^"):
            return "/admin/hotline/"
        if route.endswith("$"):
            return "/admin/there-is-no-such-page/"
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str((values | own)[found[1]]), route)

    return {route: fill(route) for route in STAFF}


@contextmanager
def passing(client: Client) -> Iterator[None]:
    """Nothing remains of what is asked in the block, neither here nor in the browser: whoever signs out in it is still signed in behind it."""
    cookies = client.cookies
    client.cookies = deepcopy(cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def answers(client: Client, path: str, read: Callable[[str], None]) -> tuple[object, object]:
    """What GET and POST answer, beside headers that are wrong; nothing that they do remains.

    `read` is given the HTML of what GET shows.
    """
    found: list[object] = []
    for method in (client.get, client.post):
        with passing(client):
            response = method(path)
            html = response.headers.get("Content-Type", "").startswith("text/html")
            if method == client.get and html and response.status_code == 200:
                read((b"".join(response) if response.streaming else response.content).decode())
        status = 401 if is_sent_away(response) else response.status_code
        wrong = wrong_headers(response, staff=True)
        found.append((status, wrong) if wrong else status)
    return found[0], found[1]


def is_sent_away(response: HttpResponse) -> bool:
    """Whether it leads to the form for signing in."""
    return response.status_code == 302 and response["Location"].startswith("/admin/login/")


def surprises(
    client: Client,
    paths: dict[str, str],
    declared: dict[str, tuple[int, int]],
    read: Callable[[str, str], None] = lambda route, html: None,
) -> dict[str, object]:
    """Where the answers differ: {route: (answered, declared)}. `read` is given the route and the HTML of every page that is shown."""
    given = {route: answers(client, path, partial(read, route)) for route, path in paths.items()}
    return {route: (found, declared[route]) for route, found in given.items() if found != declared[route]}


def test_every_address_is_declared() -> None:
    assert sorted(STAFF) == sorted(TABLE)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_in_where_it_is_declared_to_and_what_it_reads_is_sound(role: str, paths: dict[str, str]) -> None:
    """Both at once, as every page is drawn for it."""
    client = signed_in("person", role).client
    declared = {route: allowed if role in who else others for route, (who, allowed, others) in TABLE.items()}
    found: dict[str, list[str]] = {}
    given = surprises(client, paths, declared, read=lambda route, html: found.update({route: faults(html)}))
    assert given == {}
    assert len(found) > 5
    assert {route: said for route, said in found.items() if said} == {}


def faults(html: str) -> list[str]:
    """What a person who cannot see the page would stumble over, of what Django's own forms and lists have been found to do."""
    reader = PageReader(html)
    ids = reader.ids()
    hidden = {each.get("id") for each in reader.all("input", type="hidden")} - {None}
    labelled = {each.get("for") for each in reader.all("label")}
    links = {each.get("href", "") for each in reader.all("a")}
    return [
        *(f"twice: {name}" for name in set(ids) if ids.count(name) > 1),
        *(f"label of a hidden field: {name}" for name in hidden & labelled),
        *(f"leads nowhere: {link}" for link in links if link.startswith("#") and link[1:] not in {*ids, "", "top"}),
        *(f"nothing to choose: {option}" for option in re.findall(r"<option(?![^>]* label=)[^>]*>\s*</option>", html)),
        *(f"in no language: {each}" for each in re.findall(r'alt="(?:True|False|None)"', html)),
    ]


def test_a_member_of_staff_without_any_role_gets_in_nowhere(paths: dict[str, str]) -> None:
    client = signed_in("person").client
    declared = {
        route: (200, 200) if route == "admin/" else allowed if who == EVERYBODY else others
        for route, (who, allowed, others) in TABLE.items()
    }
    assert surprises(client, paths, declared) == {}


def test_a_superuser_without_a_role_gets_in_at_accounts_alone(paths: dict[str, str]) -> None:
    client = administrator("root").client
    declared = {
        route: ADMINISTRATION.get(route)
        or ((200, 200) if route == "admin/" else allowed if who == EVERYBODY else others)
        for route, (who, allowed, others) in TABLE.items()
    }
    assert surprises(client, paths, declared) == {}


@pytest.mark.parametrize("who", ["nobody", "analyst without second factor", "supervisor without second factor"])
def test_nobody_gets_past_the_form_without_both_factors(who: str, paths: dict[str, str]) -> None:
    client = Client()
    if who != "nobody":
        client.force_login(make_staff("person", who.split()[0]), backend="clicksafely.common.permissions.StaffBackend")
    declared = {route: BEFORE_SIGNING_IN.get(route, (401, 401)) for route in TABLE}
    assert surprises(client, paths, declared) == {}


def test_no_form_without_its_token_does_anything(paths: dict[str, str]) -> None:
    person = signed_in("person", SUPERVISOR)
    client = Client(enforce_csrf_checks=True)
    client.cookies = person.client.cookies
    assert client.get("/admin/hotline/desk/").status_code == 200
    assert {path: client.post(path).status_code for path in paths.values()} == dict.fromkeys(paths.values(), 403)
