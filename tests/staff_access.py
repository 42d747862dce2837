"""The roles with access to every URL of the staff side and the statuses of their requests: the only declaration.

A URL missing in the table fails `tests/test_staff_access.py`, and so does an obsolete entry.
"""

from clicksafely.common.staff import roles

ROLES = tuple(role.code for role in roles.ROLES)
ANALYST, SUPERVISOR = roles.ANALYST.code, roles.SUPERVISOR.code
EDITOR, AUTHOR, EVENTS = roles.EDITOR.code, roles.AUTHOR.code, roles.EVENTS.code
COORDINATOR, SAFEGUARDING, AUDITOR = roles.COORDINATOR.code, roles.SAFEGUARDING.code, roles.AUDITOR.code
ALL_ROLES = frozenset(ROLES)
CASE_ROLES = frozenset({ANALYST, SUPERVISOR})
EDITORS = frozenset({EDITOR})
# Authors write drafts and do not publish.
WRITERS = frozenset({EDITOR, AUTHOR})
ORGANISERS = frozenset({EVENTS})
COORDINATORS = frozenset({COORDINATOR})
# Roles of the youth panel.
ADULTS = frozenset({COORDINATOR, SAFEGUARDING})
LEAD = frozenset({SAFEGUARDING})
READERS = frozenset({SUPERVISOR, AUDITOR})
SUPERVISORS = frozenset({SUPERVISOR})
AUDITORS = frozenset({AUDITOR})
NO_ROLE: frozenset[str] = frozenset()

# URL: (roles with access, their statuses for GET and an empty POST, statuses for other staff)
Rule = tuple[frozenset[str], tuple[int, int], tuple[int, int]]
REFUSED = (403, 403)
# Django's URLs of a model; the last one only redirects to the form, which then refuses.
READ_ONLY = {
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
            who if answers[page] != REFUSED else NO_ROLE,
            answers[page],
            REFUSED,
        )
        for page in OF_A_MODEL
    }
    return rules | {f"admin/{model}/{object_id}/": (ALL_ROLES, (302, 302), REFUSED)}


def autosave_rules(model: str, who: frozenset[str]) -> dict[str, Rule]:
    """Return the rules of the pages that keep unsaved values."""
    pages = ("add/autosave/", "<int:object_id>/autosave/")
    return {f"admin/{model}/{page}": (who, (200, 200), REFUSED) for page in pages}


def publication_rules(model: str, who: frozenset[str], publishers: frozenset[str], *, public: bool) -> dict[str, Rule]:
    """Return the rules of a published model: its tested record has no draft, and is public or not."""
    of_record = f"admin/{model}/<path:object_id>/"
    return {
        **model_rules(model, who, EDITED),
        **autosave_rules(model, who),
        f"{of_record}delete/": (publishers, (200, 200), REFUSED),
        # The tested page is another one, on the public site.
        f"admin/{model}/<int:object_id>/preview/<path:page>": (who, (302, 302), REFUSED),
        f"admin/{model}/<int:object_id>/preview-unsaved/": (who, (405, 200), REFUSED),
        **new_preview_rules(model, who),
        f"{of_record}compare/": (who, (404, 404), REFUSED),
        f"{of_record}discard/": (who, (404, 404), REFUSED),
        f"{of_record}unpublish/": (publishers, (200, 200) if public else (404, 404), REFUSED),
    }


def preview_rules(model: str, who: frozenset[str]) -> dict[str, Rule]:
    """Return the rules of the previews of an entry on a public page, which does not contain the tested page."""
    return {
        f"admin/{model}/<int:object_id>/preview/<path:page>": (who, (302, 302), REFUSED),
        f"admin/{model}/<int:object_id>/preview-unsaved/": (who, (405, 200), REFUSED),
        **new_preview_rules(model, who),
    }


def new_preview_rules(model: str, who: frozenset[str]) -> dict[str, Rule]:
    """Return the rules of the previews of a record that was never saved."""
    return {
        f"admin/{model}/add/preview/<path:page>": (who, (302, 302), REFUSED),
        f"admin/{model}/add/preview-unsaved/": (who, (405, 200), REFUSED),
    }


EXPORTED_LISTS = {
    "hotline/report": SUPERVISORS,
    "hotline/complaint": SUPERVISORS,
    "hotline/referral": SUPERVISORS,
    "hotline/notice": SUPERVISORS,
    "hotline/policepackage": SUPERVISORS,
    "topics/topic": EDITORS,
    "news/article": EDITORS,
    "quizzes/quiz": EDITORS,
    "games/game": EDITORS,
    "events/event": EDITORS | ORGANISERS,
    "events/eventdate": ORGANISERS,
    "events/booking": ORGANISERS,
    "youthpanel/meeting": COORDINATORS,
    "youthpanel/recommendation": COORDINATORS,
    "youthpanel/handover": COORDINATORS,
    "youthpanel/response": COORDINATORS,
}
PARTNER = "admin/hotline/partner/<int:partner_id>/"
POLICE = "admin/hotline/police/<int:package_id>/"
NOTICE = "admin/hotline/notices/<int:notice_id>/"
PANEL_MEMBER = "admin/youthpanel/members/<int:member_id>/"
MEETING = "admin/youthpanel/meetings/<int:meeting_id>/"
MEETING_FILE = f"{MEETING}files/<int:file_id>/"
SAFEGUARDING_NOTES = "admin/youthpanel/safeguarding/"
SAFEGUARDING_NOTE = f"{SAFEGUARDING_NOTES}<int:note_id>/"
CASE = "admin/hotline/case/<int:report_id>/"
EVENT_DATE = "admin/events/dates/<int:date_id>/"
BOOKING = "admin/events/bookings/<int:booking_id>/"
VISIT = "admin/events/visits/<int:visit_id>/"
CONSULTATION = "admin/youthpanel/consultations/<int:consultation_id>/"
PAPER = "admin/youthpanel/whitepaper/<int:object_id>/"
TABLE: dict[str, Rule] = {
    "admin/": (ALL_ROLES, (200, 200), REFUSED),
    "admin/jobs/": (ALL_ROLES, (200, 405), REFUSED),
    "admin/login/": (ALL_ROLES, (302, 200), REFUSED),
    "admin/logout/": (ALL_ROLES, (405, 200), REFUSED),
    "admin/language/": (ALL_ROLES, (405, 302), REFUSED),
    "admin/gallery/": (ALL_ROLES, (200, 200), REFUSED),
    "admin/saved-views/save/": (ALL_ROLES, (302, 404), REFUSED),
    "admin/saved-views/<int:view_id>/delete/": (ALL_ROLES, (404, 404), REFUSED),
    "admin/find/": (ALL_ROLES, (200, 405), REFUSED),
    "admin/password_change/": (ALL_ROLES, (200, 200), REFUSED),
    "admin/password_change/done/": (ALL_ROLES, (200, 405), REFUSED),
    "admin/login/passkey/": (ALL_ROLES, (405, 200), REFUSED),
    # Without a provider.
    "admin/login/openid/": (ALL_ROLES, (404, 404), (404, 404)),
    "admin/login/openid/callback/": (ALL_ROLES, (404, 404), (404, 404)),
    "admin/login/openid/finish/": (ALL_ROLES, (404, 404), (404, 404)),
    "admin/login/openid/second-factor/": (ALL_ROLES, (404, 404), (404, 404)),
    "admin/second-factors/identity/connect/": (ALL_ROLES, (404, 404), (404, 404)),
    "admin/second-factors/identity/remove/": (ALL_ROLES, (302, 302), REFUSED),
    "admin/second-factors/": (ALL_ROLES, (200, 405), REFUSED),
    "admin/second-factors/passkeys/options/": (ALL_ROLES, (405, 200), REFUSED),
    "admin/second-factors/passkeys/add/": (ALL_ROLES, (302, 422), REFUSED),
    "admin/second-factors/passkeys/<int:passkey_id>/rename/": (ALL_ROLES, (404, 404), REFUSED),
    "admin/second-factors/passkeys/<int:passkey_id>/remove/": (ALL_ROLES, (404, 404), REFUSED),
    "admin/second-factors/app/": (ALL_ROLES, (200, 302), REFUSED),
    "admin/second-factors/codes/": (ALL_ROLES, (302, 200), REFUSED),
    "admin/account-recoveries/": (SUPERVISORS, (200, 405), REFUSED),
    "admin/account-recoveries/request/": (SUPERVISORS, (302, 422), REFUSED),
    "admin/account-recoveries/<int:recovery_id>/approve/": (SUPERVISORS, (302, 404), REFUSED),
    "admin/account-recoveries/<int:recovery_id>/reject/": (SUPERVISORS, (302, 404), REFUSED),
    "admin/autocomplete/": (ALL_ROLES, (403, 405), REFUSED),
    "admin/jsi18n/": (ALL_ROLES, (200, 405), REFUSED),
    "admin/r/<path:content_type_id>/<path:object_id>/": (ALL_ROLES, (404, 404), REFUSED),
    "admin/(?P<url>.*)$": (ALL_ROLES, (404, 404), REFUSED),
    "admin/^(?P<app_label>axes|common|accounts|auth|topics|news|pages|library|quizzes|games|events|search|youthpanel|hotline)/$": (
        CASE_ROLES,
        (200, 200),
        (404, 404),
    ),
    "admin/audit/openings/": (READERS, (200, 405), REFUSED),
    "admin/audit/verification/": (AUDITORS, (200, 302), REFUSED),
    "admin/audit/export/": (AUDITORS, (302, 200), REFUSED),
    "admin/news/pictures/": (WRITERS, (200, 405), REFUSED),
    "admin/source-checks/": (WRITERS, (200, 405), REFUSED),
    # The lead and the deputy see the alerts of safeguarding.
    "admin/alerts/open/": (CASE_ROLES | LEAD, (200, 405), REFUSED),
    "admin/alerts/<int:alert_id>/claim/": (CASE_ROLES, (302, 302), REFUSED),
    "admin/alerts/": (CASE_ROLES, (200, 405), REFUSED),
    "admin/alerts/history/": (CASE_ROLES, (200, 405), REFUSED),
    "admin/alerts/shifts/add/": (SUPERVISORS, (200, 422), REFUSED),
    "admin/alerts/shifts/<int:shift_id>/": (SUPERVISORS, (200, 422), REFUSED),
    "admin/alerts/shifts/<int:shift_id>/delete/": (SUPERVISORS, (302, 302), REFUSED),
    "admin/alerts/channels/add/": (SUPERVISORS, (200, 422), REFUSED),
    "admin/alerts/channels/<int:channel_id>/delete/": (SUPERVISORS, (302, 302), REFUSED),
    "admin/alerts/rules/": (SUPERVISORS, (200, 422), REFUSED),
    # The supervisor of the test has no address.
    "admin/alerts/test/": (SUPERVISORS, (302, 302), REFUSED),
    # Administrators only.
    "admin/alerts/hosts/": (NO_ROLE, (200, 422), REFUSED),
    "admin/alerts/hosts/forbid/": (NO_ROLE, (302, 302), REFUSED),
    "admin/hotline/desk/": (CASE_ROLES, (200, 405), REFUSED),
    "admin/hotline/desk/take/": (CASE_ROLES, (302, 302), REFUSED),
    "admin/hotline/desk/break/": (CASE_ROLES, (302, 302), REFUSED),
    "admin/hotline/desk/back/": (CASE_ROLES, (302, 302), REFUSED),
    "admin/hotline/welfare/": (CASE_ROLES, (200, 405), REFUSED),
    "admin/hotline/welfare/figures.csv": (CASE_ROLES, (200, 405), REFUSED),
    "admin/hotline/welfare/pictures/": (CASE_ROLES, (302, 302), REFUSED),
    CASE: (CASE_ROLES, (200, 405), REFUSED),
    f"{CASE}changes/": (CASE_ROLES, (200, 405), REFUSED),
    f"{CASE}claim/": (CASE_ROLES, (303, 302), REFUSED),
    f"{CASE}release/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}open/": (CASE_ROLES, (303, 200), REFUSED),
    f"{CASE}address/<int:item_id>/": (CASE_ROLES, (303, 200), REFUSED),
    "admin/hotline/address/<int:item_id>/": (CASE_ROLES, (302, 200), REFUSED),
    f"{CASE}reveal/<int:upload_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}reveal/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}elsewhere/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}suspect/<int:upload_id>/": (CASE_ROLES, (303, 303), REFUSED),
    f"{CASE}free/<int:upload_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}pictures/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}assess/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}act/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}refer/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}danger/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}withdraw/<int:referral_id>/": (CASE_ROLES, (303, 302), REFUSED),
    f"{CASE}handed-over/<int:referral_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}reason/<int:referral_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}reviewed/<int:referral_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}hold/<int:hold_id>/": (CASE_ROLES, (303, 302), REFUSED),
    f"{CASE}check/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}gone/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}looked/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}police-preview/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}look-up/<int:item_id>/": (CASE_ROLES, (303, 303), REFUSED),
    f"{CASE}site-type/<int:item_id>/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}reply/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}note/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}reopen/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}close-again/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}legal-hold/": (SUPERVISORS, (303, 422), REFUSED),
    f"{CASE}legal-hold/<int:legal_hold_id>/release/": (SUPERVISORS, (303, 302), REFUSED),
    f"{CASE}legal-hold/<int:legal_hold_id>/reason/": (SUPERVISORS, (303, 422), REFUSED),
    "admin/hotline/retention/": (SUPERVISORS, (200, 405), REFUSED),
    # General rules cannot be deleted, and the tested one is general.
    **model_rules("hotline/retentionrule", SUPERVISORS, EDITED | {"{}/delete/": REFUSED}),
    **model_rules("hotline/legalhold", CASE_ROLES, READ_ONLY),
    # A complaint has its own page.
    **model_rules("hotline/complaint", SUPERVISORS, READ_ONLY | {"{}/change/": (302, 302)}),
    "admin/hotline/complaints/<int:complaint_id>/": (SUPERVISORS, (200, 405), REFUSED),
    "admin/hotline/complaints/<int:complaint_id>/open/": (SUPERVISORS, (302, 422), REFUSED),
    "admin/hotline/complaints/<int:complaint_id>/acknowledge/": (SUPERVISORS, (302, 302), REFUSED),
    "admin/hotline/complaints/<int:complaint_id>/answer/": (SUPERVISORS, (302, 422), REFUSED),
    **model_rules("hotline/complaintdeadlines", SUPERVISORS, EDITED | {"add/": REFUSED, "{}/delete/": REFUSED}),
    f"{CASE}add-places/": (CASE_ROLES, (303, 422), REFUSED),
    "admin/hotline/enter/": (CASE_ROLES, (200, 422), REFUSED),
    # A rule cannot be deleted.
    **model_rules("hotline/triagerule", frozenset({SUPERVISOR}), EDITED | {"{}/delete/": REFUSED}),
    f"{CASE}set-aside/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}set-aside/confirm/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}set-aside/refuse/": (CASE_ROLES, (303, 422), REFUSED),
    f"{CASE}set-aside/withdraw/": (CASE_ROLES, (303, 422), REFUSED),
    "admin/hotline/closings/": (CASE_ROLES, (200, 405), REFUSED),
    "admin/hotline/closings/confirm/": (CASE_ROLES, (302, 302), REFUSED),
    "admin/hotline/closings/undo/": (CASE_ROLES, (302, 302), REFUSED),
    # The case page shows a closing.
    **model_rules("hotline/reviewsettings", SUPERVISORS, EDITED | {"add/": REFUSED, "{}/delete/": REFUSED}),
    **model_rules("hotline/closing", SUPERVISORS, READ_ONLY | {"{}/change/": (302, 302)}),
    f"{CASE}category/": (CASE_ROLES, (303, 422), REFUSED),
    # A report is shown on the case page.
    **model_rules("hotline/report", CASE_ROLES, READ_ONLY | {"{}/change/": (302, 302)}),
    **model_rules("hotline/contentitem", CASE_ROLES, READ_ONLY),
    **model_rules("hotline/availabilitycheck", CASE_ROLES, READ_ONLY),
    **model_rules("hotline/outgoingmail", CASE_ROLES, READ_ONLY),
    **model_rules("hotline/referral", CASE_ROLES, READ_ONLY),
    **model_rules("hotline/iccamreport", CASE_ROLES, READ_ONLY),
    # A notice has its own page; templates are changed, never added or deleted.
    **model_rules("hotline/notice", CASE_ROLES, READ_ONLY | {"{}/change/": (302, 302)}),
    **model_rules("hotline/noticetemplate", SUPERVISORS, EDITED | {"add/": REFUSED, "{}/delete/": REFUSED}),
    **model_rules("hotline/reportpagetext", SUPERVISORS, EDITED | {"add/": REFUSED, "{}/delete/": REFUSED}),
    **model_rules("hotline/nonsendingday", SUPERVISORS, EDITED),
    f"{CASE}notice-preview/<int:item_id>/": (CASE_ROLES, (302, 200), REFUSED),
    NOTICE: (CASE_ROLES, (200, 405), REFUSED),
    f"{NOTICE}act/": (CASE_ROLES, (302, 422), REFUSED),
    f"{NOTICE}send-now/": (SUPERVISORS, (302, 422), REFUSED),
    f"{NOTICE}messages/": (CASE_ROLES, (302, 200), REFUSED),
    f"{NOTICE}reply/<int:reply_id>/": (CASE_ROLES, (302, 200), REFUSED),
    f"{CASE}iccam/<int:iccam_id>/": (CASE_ROLES, (303, 422), REFUSED),
    **model_rules("hotline/routingrule", SUPERVISORS, EDITED),
    **model_rules("hotline/partnerhotline", SUPERVISORS, EDITED),
    # The registrar may be recorded; supervisors maintain the register.
    **model_rules("hotline/host", CASE_ROLES, READ_ONLY | {"{}/change/": (200, 302)}),
    **model_rules("hotline/abusecontact", SUPERVISORS, EDITED | {"{}/delete/": REFUSED}),
    **model_rules("hotline/sitetyperule", SUPERVISORS, EDITED),
    # Messages that did not become a report have their own pages.
    **model_rules("hotline/incomingmail", CASE_ROLES, READ_ONLY | {"{}/change/": (200, 405)}),
    "admin/hotline/incomingmail/<int:mail_id>/change/": (CASE_ROLES, (200, 405), REFUSED),
    "admin/hotline/incomingmail/<int:mail_id>/open/": (CASE_ROLES, (302, 200), REFUSED),
    "admin/hotline/incomingmail/<int:mail_id>/handle/": (CASE_ROLES, (302, 422), REFUSED),
    # A package has its own page; supervisors hand it over.
    **model_rules("hotline/policepackage", CASE_ROLES, READ_ONLY | {"{}/change/": (302, 302)}),
    **model_rules("hotline/policerecipient", SUPERVISORS, EDITED | {"{}/delete/": REFUSED}),
    POLICE: (CASE_ROLES, (200, 405), REFUSED),
    f"{POLICE}download/": (SUPERVISORS, (302, 422), REFUSED),
    f"{POLICE}password/": (SUPERVISORS, (302, 422), REFUSED),
    f"{POLICE}delivered/": (SUPERVISORS, (302, 422), REFUSED),
    f"{POLICE}mail-again/": (SUPERVISORS, (302, 422), REFUSED),
    f"{POLICE}discard/": (SUPERVISORS, (302, 302), REFUSED),
    # A hash list has its own page.
    **model_rules("hotline/hashlist", SUPERVISORS, READ_ONLY | {"{}/change/": (302, 302)}),
    **model_rules("hotline/hashmatch", SUPERVISORS, READ_ONLY),
    "admin/hotline/hash-lists/add/": (SUPERVISORS, (200, 422), REFUSED),
    "admin/hotline/hash-lists/<int:list_id>/": (SUPERVISORS, (200, 405), REFUSED),
    "admin/hotline/hash-lists/<int:list_id>/switch/": (SUPERVISORS, (302, 302), REFUSED),
    "admin/hotline/hash-lists/unlock/<int:upload_id>/": (SUPERVISORS, (200, 422), REFUSED),
    "admin/hotline/health/": (SUPERVISORS, (200, 405), REFUSED),
    "admin/hotline/statistics/": (SUPERVISORS, (200, 405), REFUSED),
    "admin/hotline/statistics/export/": (SUPERVISORS, (302, 422), REFUSED),
    **model_rules("common/auditevent", READERS, READ_ONLY),
    **model_rules("common/failedtask", frozenset({SUPERVISOR}), READ_ONLY),
    **model_rules("topics/helpline", EDITORS, EDITED),
    **model_rules("topics/removalservice", EDITORS, EDITED),
    **preview_rules("topics/helpline", EDITORS),
    **preview_rules("topics/removalservice", EDITORS),
    **publication_rules("topics/topic", WRITERS, EDITORS, public=True),
    **publication_rules("news/article", WRITERS, EDITORS, public=False),
    **{
        address: rule
        for address, rule in publication_rules("pages/fixedpage", EDITORS, NO_ROLE, public=True).items()
        if not address.endswith(("/delete/", "/unpublish/"))
    },
    # Fixed pages are neither added nor withdrawn nor deleted.
    "admin/pages/fixedpage/add/": (NO_ROLE, REFUSED, REFUSED),
    "admin/pages/fixedpage/add/autosave/": (NO_ROLE, REFUSED, REFUSED),
    "admin/pages/fixedpage/add/preview/<path:page>": (NO_ROLE, REFUSED, REFUSED),
    "admin/pages/fixedpage/add/preview-unsaved/": (NO_ROLE, REFUSED, REFUSED),
    "admin/pages/fixedpage/<path:object_id>/delete/": (NO_ROLE, REFUSED, REFUSED),
    "admin/pages/fixedpage/<path:object_id>/unpublish/": (EDITORS, (404, 404), REFUSED),
    **model_rules("pages/partner", EDITORS, EDITED),
    **model_rules("pages/contactpoint", EDITORS, EDITED),
    **preview_rules("pages/partner", EDITORS),
    **preview_rules("pages/contactpoint", EDITORS),
    **model_rules("search/synonymgroup", EDITORS, EDITED),
    **publication_rules("library/resource", WRITERS, EDITORS, public=False),
    **publication_rules("games/game", WRITERS, EDITORS, public=True),
    "admin/games/game/<int:object_id>/preview/": (WRITERS, (405, 200), REFUSED),
    "admin/library/resource/export/": (WRITERS, (200, 405), REFUSED),
    "admin/library/resource/import/": (EDITORS, (200, 422), REFUSED),
    **model_rules("quizzes/question", WRITERS, EDITED),
    **autosave_rules("quizzes/question", WRITERS),
    "admin/quizzes/question/<path:object_id>/delete/": (EDITORS, (200, 200), REFUSED),
    "admin/quizzes/question/import/": (EDITORS, (200, 422), REFUSED),
    "admin/quizzes/question/preview/": (WRITERS, (405, 200), REFUSED),
    "admin/quizzes/question/<int:pk>/card/": (WRITERS, (200, 405), REFUSED),
    **publication_rules("quizzes/quiz", WRITERS, EDITORS, public=False),
    "admin/quizzes/quiz/<int:pk>/figures/": (WRITERS, (200, 405), REFUSED),
    "admin/quizzes/quiz/<int:pk>/figures.csv": (WRITERS, (200, 405), REFUSED),
    "admin/quizzes/quiz/<int:pk>/export/<slug:form>/": (WRITERS, (200, 405), REFUSED),
    # Coordinators run events, editors write about them.
    **model_rules("events/series", EDITORS | ORGANISERS, EDITED),
    **publication_rules("events/event", WRITERS | ORGANISERS, EDITORS | ORGANISERS, public=True),
    "admin/events/event/<int:pk>/copy/": (WRITERS | ORGANISERS, (200, 302), REFUSED),
    "admin/events/event/<int:pk>/figures/": (ORGANISERS, (200, 405), REFUSED),
    # Dates and bookings have their own pages.
    **model_rules("events/eventdate", ORGANISERS, READ_ONLY | {"{}/change/": (302, 302)}),
    **model_rules("events/booking", ORGANISERS, READ_ONLY | {"{}/change/": (302, 302)}),
    **{f"admin/{model}/export/": (who, (302, 200), REFUSED) for model, who in EXPORTED_LISTS.items()},
    "admin/events/overview/": (ORGANISERS, (200, 405), REFUSED),
    "admin/events/calendar/": (ORGANISERS, (200, 405), REFUSED),
    "admin/events/dates/add/<int:event_id>/": (ORGANISERS, (200, 422), REFUSED),
    EVENT_DATE: (ORGANISERS, (200, 405), REFUSED),
    f"{EVENT_DATE}change/": (ORGANISERS, (200, 422), REFUSED),
    f"{EVENT_DATE}cancel/": (ORGANISERS, (200, 422), REFUSED),
    f"{EVENT_DATE}remove/": (ORGANISERS, (302, 422), REFUSED),
    f"{EVENT_DATE}list/": (ORGANISERS, (200, 200), REFUSED),
    # The tested date is in the future.
    f"{EVENT_DATE}attendance/": (ORGANISERS, (302, 422), REFUSED),
    f"{EVENT_DATE}report/": (ORGANISERS, (302, 302), REFUSED),
    **model_rules("events/visitrequest", ORGANISERS, READ_ONLY | {"{}/change/": (302, 302)}),
    VISIT: (ORGANISERS, (200, 405), REFUSED),
    f"{VISIT}open/": (ORGANISERS, (302, 200), REFUSED),
    f"{VISIT}answer/": (ORGANISERS, (302, 302), REFUSED),
    f"{VISIT}decline/": (ORGANISERS, (200, 422), REFUSED),
    f"{VISIT}date/": (ORGANISERS, (200, 422), REFUSED),
    f"{VISIT}erase/": (ORGANISERS, (302, 302), REFUSED),
    BOOKING: (ORGANISERS, (200, 405), REFUSED),
    f"{BOOKING}open/": (ORGANISERS, (302, 200), REFUSED),
    f"{BOOKING}accept/": (ORGANISERS, (302, 422), REFUSED),
    f"{BOOKING}cancel/": (ORGANISERS, (302, 302), REFUSED),
    f"{BOOKING}letter/": (ORGANISERS, (302, 302), REFUSED),
    # It has members and cannot be deleted.
    **model_rules("youthpanel/school", COORDINATORS, EDITED | {"{}/delete/": REFUSED}),
    **model_rules("youthpanel/cohort", COORDINATORS, EDITED),
    # Members are erased, never deleted.
    **model_rules("youthpanel/member", COORDINATORS, EDITED | {"{}/delete/": REFUSED}),
    "admin/youthpanel/due/": (COORDINATORS, (200, 405), REFUSED),
    "admin/youthpanel/members/import/": (COORDINATORS, (200, 422), REFUSED),
    "admin/youthpanel/members/import/template.xlsx": (COORDINATORS, (200, 405), REFUSED),
    "admin/youthpanel/members/import/template.csv": (COORDINATORS, (200, 405), REFUSED),
    "admin/youthpanel/cohorts/<int:cohort_id>/consent-form/<slug:code>/": (COORDINATORS, (200, 405), REFUSED),
    f"{PANEL_MEMBER}open/": (COORDINATORS, (302, 200), REFUSED),
    f"{PANEL_MEMBER}identity/": (COORDINATORS, (302, 422), REFUSED),
    f"{PANEL_MEMBER}consents/add/": (COORDINATORS, (200, 422), REFUSED),
    f"{PANEL_MEMBER}consents/<int:consent_id>/withdraw/": (COORDINATORS, (200, 302), REFUSED),
    f"{PANEL_MEMBER}consents/<int:consent_id>/remind/": (COORDINATORS, (302, 302), REFUSED),
    f"{PANEL_MEMBER}leave/": (COORDINATORS, (200, 422), REFUSED),
    f"{PANEL_MEMBER}back/": (COORDINATORS, (302, 302), REFUSED),
    f"{PANEL_MEMBER}erase/": (COORDINATORS, (200, 422), REFUSED),
    # A meeting has its own pages; the tested one is over.
    **model_rules("youthpanel/meeting", COORDINATORS, READ_ONLY | {"{}/change/": (302, 302)}),
    "admin/youthpanel/meetings/add/": (COORDINATORS, (200, 422), REFUSED),
    "admin/youthpanel/meetings/calendar.ics": (COORDINATORS, (200, 405), REFUSED),
    "admin/youthpanel/meetings/calendar/": (COORDINATORS, (200, 405), REFUSED),
    "admin/youthpanel/meetings/calendar/renew/": (COORDINATORS, (302, 302), REFUSED),
    "admin/youthpanel/meetings/calendar/remove/": (COORDINATORS, (302, 302), REFUSED),
    MEETING: (COORDINATORS, (200, 405), REFUSED),
    f"{MEETING}change/": (COORDINATORS, (200, 422), REFUSED),
    f"{MEETING}cancel/": (COORDINATORS, (200, 302), REFUSED),
    f"{MEETING}sheet/": (COORDINATORS, (200, 405), REFUSED),
    f"{MEETING}attendance/": (COORDINATORS, (200, 422), REFUSED),
    f"{MEETING}minutes/": (COORDINATORS, (200, 422), REFUSED),
    f"{MEETING}files/add/": (COORDINATORS, (200, 422), REFUSED),
    # Its file does not exist.
    MEETING_FILE: (COORDINATORS, (404, 405), REFUSED),
    f"{MEETING_FILE}small/": (COORDINATORS, (404, 405), REFUSED),
    f"{MEETING_FILE}change/": (COORDINATORS, (200, 422), REFUSED),
    f"{MEETING_FILE}remove/": (COORDINATORS, (302, 302), REFUSED),
    f"{SAFEGUARDING_NOTES}add/": (ADULTS, (200, 422), REFUSED),
    f"{SAFEGUARDING_NOTES}saved/": (ADULTS, (200, 405), REFUSED),
    f"{SAFEGUARDING_NOTES}send/idea/<uuid:uuid>/": (ADULTS, (200, 302), REFUSED),
    f"{SAFEGUARDING_NOTES}send/post/<uuid:uuid>/": (ADULTS, (200, 302), REFUSED),
    f"{SAFEGUARDING_NOTES}send/answer/<int:consultation_id>/": (ADULTS, (200, 200), REFUSED),
    # No other role, not even by a guessed number.
    SAFEGUARDING_NOTES: (LEAD, (200, 405), REFUSED),
    SAFEGUARDING_NOTE: (LEAD, (200, 405), REFUSED),
    f"{SAFEGUARDING_NOTE}open/": (LEAD, (302, 200), REFUSED),
    f"{SAFEGUARDING_NOTE}take/": (LEAD, (302, 302), REFUSED),
    f"{SAFEGUARDING_NOTE}hand-over/": (LEAD, (200, 422), REFUSED),
    f"{SAFEGUARDING_NOTE}actions/add/": (LEAD, (200, 422), REFUSED),
    f"{SAFEGUARDING_NOTE}actions/<int:action_id>/done/": (LEAD, (200, 422), REFUSED),
    f"{SAFEGUARDING_NOTE}identity/": (LEAD, (200, 422), REFUSED),
    # The name has to be opened before.
    f"{SAFEGUARDING_NOTE}contacts/": (LEAD, (302, 302), REFUSED),
    f"{SAFEGUARDING_NOTE}close/": (LEAD, (200, 422), REFUSED),
    **model_rules("youthpanel/consultation", COORDINATORS, EDITED),
    "admin/youthpanel/consultations/new/": (COORDINATORS, (200, 422), REFUSED),
    CONSULTATION: (ADULTS, (200, 405), REFUSED),
    f"{CONSULTATION}move/": (COORDINATORS, (302, 302), REFUSED),
    f"{CONSULTATION}copy/": (COORDINATORS, (302, 302), REFUSED),
    # It is a draft, so there is nothing to close.
    f"{CONSULTATION}close/": (COORDINATORS, (302, 422), REFUSED),
    f"{CONSULTATION}reopen/": (COORDINATORS, (302, 302), REFUSED),
    f"{CONSULTATION}preview/<slug:code>/": (ADULTS, (200, 405), REFUSED),
    f"{CONSULTATION}results/": (ADULTS, (200, 405), REFUSED),
    f"{CONSULTATION}results/show/": (COORDINATORS, (302, 302), REFUSED),
    f"{CONSULTATION}results.xlsx": (ADULTS, (200, 405), REFUSED),
    # For its facilitators only; the tested user is none of them.
    f"{CONSULTATION}talk/": (NO_ROLE, REFUSED, REFUSED),
    f"{CONSULTATION}paper/": (NO_ROLE, REFUSED, REFUSED),
    f"{CONSULTATION}paper/print/": (NO_ROLE, REFUSED, REFUSED),
    f"{CONSULTATION}flipchart/": (NO_ROLE, REFUSED, REFUSED),
    f"{CONSULTATION}cards/": (NO_ROLE, REFUSED, REFUSED),
    f"{CONSULTATION}cards/next/": (NO_ROLE, REFUSED, REFUSED),
    f"{CONSULTATION}words/": (NO_ROLE, REFUSED, REFUSED),
    f"{CONSULTATION}words/quote/": (NO_ROLE, REFUSED, REFUSED),
    f"{CONSULTATION}words/<int:quotation_id>/": (NO_ROLE, REFUSED, REFUSED),
    "admin/youthpanel/moderation/": (ADULTS, (200, 405), REFUSED),
    "admin/youthpanel/moderation/idea/<uuid:uuid>/": (ADULTS, (302, 403), REFUSED),
    "admin/youthpanel/moderation/post/<uuid:uuid>/": (ADULTS, (302, 403), REFUSED),
    **model_rules("youthpanel/recommendation", COORDINATORS, EDITED),
    **model_rules("youthpanel/whitepaper", COORDINATORS, EDITED),
    **{
        f"admin/youthpanel/{model}/{page}/preview-unsaved/": (COORDINATORS, (405, 200), REFUSED)
        for model in ("consultation", "recommendation", "whitepaper")
        for page in ("<int:object_id>", "add")
    },
    f"{PAPER}preview/<slug:code>/": (COORDINATORS, (200, 405), REFUSED),
    f"{PAPER}preview/<slug:code>.<slug:form>": (COORDINATORS, (200, 405), REFUSED),
    f"{PAPER}issue/": (COORDINATORS, (200, 422), REFUSED),
    "admin/youthpanel/response/<int:object_id>/letter/": (COORDINATORS, (200, 422), REFUSED),
    # Its file does not exist.
    "admin/youthpanel/letter/<int:letter_id>/file/": (COORDINATORS, (404, 405), REFUSED),
    "admin/youthpanel/letter/<int:letter_id>/remove/": (COORDINATORS, (302, 302), REFUSED),
    # Issued editions, handovers and responses are read-only; new ones are added.
    "admin/youthpanel/due/remind/": (COORDINATORS, (302, 302), REFUSED),
    "admin/youthpanel/due/renew/": (COORDINATORS, (302, 302), REFUSED),
    "admin/youthpanel/codes/": (COORDINATORS, (200, 405), REFUSED),
    "admin/youthpanel/codes/slips/": (COORDINATORS, (302, 422), REFUSED),
    "admin/youthpanel/codes/names/": (COORDINATORS, (302, 200), REFUSED),
    "admin/youthpanel/codes/replacements/": (ADULTS, (200, 405), REFUSED),
    "admin/youthpanel/codes/replacements/approve/": (ADULTS, (200, 422), REFUSED),
    f"{PANEL_MEMBER}revoke-access/": (COORDINATORS, (302, 302), REFUSED),
    **model_rules("youthpanel/edition", COORDINATORS, READ_ONLY),
    **model_rules("youthpanel/handover", COORDINATORS, READ_ONLY | {"add/": (200, 200)}),
    **model_rules("youthpanel/response", COORDINATORS, READ_ONLY | {"add/": (200, 200)}),
    **model_rules("hotline/partner", SUPERVISORS, EDITED | {"{}/delete/": REFUSED}),
    f"{PARTNER}make-key/": (SUPERVISORS, (200, 422), REFUSED),
    f"{PARTNER}revoke-key/<int:key_id>/": (SUPERVISORS, (200, 302), REFUSED),
    f"{PARTNER}webhook/": (SUPERVISORS, (200, 422), REFUSED),
    f"{PARTNER}webhook/test/": (SUPERVISORS, (302, 302), REFUSED),
    f"{PARTNER}webhook/stop/": (SUPERVISORS, (302, 302), REFUSED),
    f"{PARTNER}webhook/start/": (SUPERVISORS, (302, 302), REFUSED),
    # Superusers manage accounts: see ADMINISTRATION.
    **model_rules("auth/group", NO_ROLE, dict.fromkeys(OF_A_MODEL, REFUSED)),
    **model_rules("accounts/user", NO_ROLE, dict.fromkeys(OF_A_MODEL, REFUSED)),
    "admin/accounts/user/<id>/password/": (NO_ROLE, REFUSED, REFUSED),
    **model_rules("axes/accessattempt", NO_ROLE, dict.fromkeys(OF_A_MODEL, REFUSED)),
    **model_rules("axes/accesslog", NO_ROLE, dict.fromkeys(OF_A_MODEL, REFUSED)),
    **model_rules("axes/accessfailurelog", NO_ROLE, dict.fromkeys(OF_A_MODEL, REFUSED)),
}
# URLs open to superusers with or without a role: accounts, roles and failed sign-ins.
ADMINISTRATION: dict[str, tuple[int, int]] = {
    f"admin/{model}/{page}".format("<path:object_id>"): answer
    for model, answers in {
        "auth/group": EDITED,
        "accounts/user": EDITED | {"{}/delete/": REFUSED},
        "axes/accessattempt": EDITED | {"add/": REFUSED, "{}/change/": (200, 302)},
        "axes/accesslog": EDITED | {"add/": REFUSED, "{}/change/": (200, 302)},
        "axes/accessfailurelog": EDITED | {"add/": REFUSED, "{}/change/": (200, 302)},
    }.items()
    for page, answer in answers.items()
} | {
    "admin/accounts/user/<id>/password/": (200, 200),
    "admin/account-recoveries/": (200, 405),
    "admin/account-recoveries/request/": (302, 422),
    "admin/account-recoveries/<int:recovery_id>/approve/": (302, 404),
    "admin/account-recoveries/<int:recovery_id>/reject/": (302, 404),
    "admin/alerts/hosts/": (200, 422),
    "admin/alerts/hosts/forbid/": (302, 302),
}
# URLs open without sign-in; all others redirect to the login form.
BEFORE_SIGNING_IN = {
    "admin/login/": (200, 200),
    "admin/login/passkey/": (405, 200),
    "admin/login/openid/": (404, 404),
    "admin/login/openid/callback/": (404, 404),
    "admin/login/openid/finish/": (404, 404),
    "admin/login/openid/second-factor/": (404, 404),
    "admin/second-factors/identity/connect/": (404, 404),
    "admin/language/": (405, 302),
    "admin/logout/": (302, 302),
}
