"""Legal basis of each table by the Law on Personal Data Protection of Serbia."""

from typing import Final

from clicksafely.common.data_inventory import SEALED, STAFF
from hotline import data_inventory as hotline

# Points of article 12, paragraph 1 of the Law on Personal Data Protection (ZZPL, Official Gazette RS 87/2018). Points 1
# to 6 correspond to article 6, paragraph 1 of the GDPR, (a) to (f).
CONSENT: Final = "1 consent"
CHILDS_CONSENT: Final = "1 consent, below 15 a guardian's (art. 16)"
REQUEST: Final = "2 at the person's request"
DUTY: Final = "3 legal duty"
CHILD: Final = "4 protection of a child"
PUBLIC: Final = "5 task in the public interest"
INTEREST: Final = "6 legitimate interest: evidence and security"
NO_PERSON: Final = "- no personal data"

# Stands for the fields that have no line of their own.
ALL: Final = "*"
_BY_APP: Final = {
    "hotline": PUBLIC,
    "youthpanel": CHILDS_CONSENT,
    "events": REQUEST,
    "quizzes": REQUEST,
    "topics": INTEREST,
    "common": INTEREST,
    "alerts": INTEREST,
    "auth": INTEREST,
    "accounts": INTEREST,
    "publishing": INTEREST,
    # Article 15 of the Law on Copyright and Related Rights: an author has the right to be named.
    "news": DUTY,
    "library": DUTY,
    "sessions": INTEREST,
    "admin": INTEREST,
    "django_otp_webauthn": INTEREST,
    "axes": INTEREST,
}
_BY_TABLE: Final = {
    # Health and safety at work: exposure of staff to harmful material.
    "hotline.ExposureCount": DUTY,
    "hotline.DisplayPreference": INTEREST,
    "hotline.LegalHold": DUTY,
    "hotline.LegalMinimum": NO_PERSON,
    "hotline.Answer": NO_PERSON,
    "hotline.ReplyCount": INTEREST,
    "hotline.ComplaintDeadlines": NO_PERSON,
    "hotline.ReviewSettings": NO_PERSON,
    "hotline.StatisticCell": NO_PERSON,
    "hotline.StatisticRun": NO_PERSON,
    "hotline.IccamHealth": NO_PERSON,
    "hotline.ListedHash": NO_PERSON,
    "hotline.ListedPdq": NO_PERSON,
    "hotline.HashList": NO_PERSON,
    "hotline.MailboxState": NO_PERSON,
    "hotline.NetworkFileState": NO_PERSON,
    "hotline.NonSendingDay": NO_PERSON,
    "hotline.NoticeTemplate": NO_PERSON,
    "hotline.Question": NO_PERSON,
    "hotline.QuestionSet": NO_PERSON,
    "hotline.ReportPageText": NO_PERSON,
    "hotline.RetentionRule": NO_PERSON,
    "hotline.RoutingRule": NO_PERSON,
    "hotline.SiteTypeRule": NO_PERSON,
    "youthpanel.SafeguardingNote": CHILD,
    "youthpanel.SafeguardingAction": CHILD,
    "youthpanel.IdentityOpening": CHILD,
    "youthpanel.CalendarSubscription": INTEREST,
    "youthpanel.School": NO_PERSON,
    "youthpanel.Cohort": NO_PERSON,
    "events.ClosingReport": PUBLIC,
    "events.SchoolAttendance": PUBLIC,
    "common.FailedTask": NO_PERSON,
    "common.SecretFingerprint": NO_PERSON,
    "common.BounceCursor": NO_PERSON,
}
_BY_FIELD: Final = {("hotline.Complaint", "sealed_contact"): CONSENT, ("hotline.OutgoingMail", "sealed"): CONSENT}


def legal_basis_of(label: str, field: str, how: str) -> str:
    """Return the legal basis of a field of the model `label` ("app.Model"), stored `how`. Raises KeyError if none is declared."""
    app = label.partition(".")[0]
    if field == ALL:
        return NO_PERSON
    if how in {STAFF, hotline.STAFF}:
        return DUTY if label == "hotline.ExposureCount" else INTEREST
    if (label, field) in _BY_FIELD:
        return _BY_FIELD[label, field]
    if (label, how) == ("hotline.SealedText", SEALED):
        return f"{PUBLIC}; the reporter's contact details: {CONSENT}"
    return _BY_TABLE.get(label) or _BY_APP[app]


def explicitly_classified() -> set[str]:
    """Return the labels classified by name, for a test that none of them is obsolete."""
    return {*_BY_TABLE, *(label for label, _field in _BY_FIELD)}
