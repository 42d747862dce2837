"""Data subjects: how each kind proves identity, which tables hold their data, and what is withheld with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Model

from awareness.events.bookings.signed_links import uuid_from_token
from awareness.events.models import Booking, VisitRequest
from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.permissions import has_role_permission
from hotline.complaints.selectors import find_complaint
from hotline.intake.selectors import find_case
from hotline.models import Complaint, Report
from hotline.permissions import ANSWER_DATA_REQUEST, HANDLE_COMPLAINT
from youthpanel.models import Member
from youthpanel.permissions import OPEN_IDENTITY

_CASE: Final = "the hotline's work on the case: an offender may report his own address to learn what is known"
_FACTS: Final = "about what was reported, not about who reported it"
_MACHINERY: Final = "technical state; not written by the person"
_SECRET: Final = "a secret, or a digest of one"  # noqa: S105  a reason
_COPY: Final = "the same text, encrypted for the person's page"
_COLLEAGUE: Final = "the member of staff who acted"


@dataclass(frozen=True)
class DataSubject:
    """A kind of person whose data can be exported and erased.

    `own` lists the fields of the person's row, None for all. `tables` is {label: (lookup of the row, fields or None)}.
    `withheld` is {label: reason} for every other table that refers to the row; a test enforces this. The actor of an
    export or erasure needs `permission`. `proof` names the proof of identity that the person presents.
    """

    model: type[Model]
    proof: str
    permission: str
    find: Callable[[str], Any]
    own: tuple[str, ...] | None = None
    tables: Mapping[str, tuple[str, tuple[str, ...] | None]] = field(default_factory=dict)
    withheld: Mapping[str, str] = field(default_factory=dict)


def _booking(typed: str) -> Booking | None:
    """Find a booking by the link in the letters, or by the last part of the link."""
    row = uuid_from_token(typed.strip().rstrip("/").rpartition("/")[2])
    return Booking.objects.filter(uuid=row).first() if row else None


def _visit(typed: str) -> VisitRequest | None:
    """Find a request for a visit by its number, `V-2026-000042`. The coordinator compares the e-mail address before."""
    number = typed.strip().rpartition("-")[2]
    return VisitRequest.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None


def _member(typed: str) -> Member | None:
    """Find a member by pseudonym. The coordinator compares the name before."""
    return Member.objects.filter(pseudonym=typed.strip(), erased_at=None).first()


DATA_SUBJECTS: Final[dict[str, DataSubject]] = {
    "report": DataSubject(
        model=Report,
        proof="receipt",
        permission=ANSWER_DATA_REQUEST,
        find=lambda typed: find_case(receipts.normalise_receipt(typed)),
        own=(
            *(
                "channel",
                "category",
                "language",
                "received_at",
                "danger_now",
                "about_me",
                "in_child_words",
                "locations",
            ),
            *("reporter_wrote_at", "contact_erased_at", "text_erased_at"),
        ),
        tables={
            "hotline.SealedText": ("report", ("field", "sealed")),
            "hotline.Upload": ("report", ("message", "size", "mime_type", "stored_at")),
            "hotline.OwnPicture": ("report", ("sealed",)),
            "hotline.Message": ("report", ("direction", "sent_at", "sealed_hotline")),
        },
        withheld={
            **dict.fromkeys(("hotline.Assessment", "hotline.Action", "hotline.Referral", "hotline.IccamReport"), _CASE),
            **dict.fromkeys(("hotline.Note", "hotline.LegalHold", "hotline.FileHash", "hotline.Closing"), _CASE),
            "hotline.OwnPictureMatch": _CASE,
            "hotline.Report": "duplicates of the report, which other people sent",
            **dict.fromkeys(("hotline.ContentItem", "hotline.ReportItem"), _FACTS),
            **dict.fromkeys(("hotline.OutgoingMail", "hotline.MailThread"), _MACHINERY),
            "hotline.IncomingMail": "the person's own message; its text is exported",
            "hotline.PartnerReport": "belongs to the partner, which requests it under its own contract",
            "hotline.Complaint": "exported with the number of the complaint",
        },
    ),
    "complaint": DataSubject(
        model=Complaint,
        proof="number of the complaint",
        permission=HANDLE_COMPLAINT,
        find=lambda typed: find_complaint(receipts.normalise_receipt(typed)),
        own=(
            "sealed",
            "sealed_contact",
            "about",
            "language",
            "state",
            "received_at",
            "acknowledge_by",
            "acknowledged_at",
            "answer_by",
            "closed_at",
            "outcome",
        ),
        tables={"hotline.ComplaintAnswer": ("complaint", ("written_at", "sealed_hotline"))},
    ),
    "booking": DataSubject(
        model=Booking,
        proof="link in the letters",
        permission="events.change_booking",
        find=_booking,
        tables={"events.BookingWish": ("booking", None), "events.BookingEmail": ("booking", None)},
    ),
    "visit": DataSubject(
        model=VisitRequest,
        proof="number of the request",
        permission="events.change_visitrequest",
        find=_visit,
    ),
    "member": DataSubject(
        model=Member,
        proof="pseudonym",
        permission=OPEN_IDENTITY,
        find=_member,
        tables={
            **{
                f"youthpanel.{name}": ("member", None)
                for name in (
                    "Consent",
                    "Participation",
                    "AnswerSheet",
                    "OpinionParticipation",
                    "Idea",
                    "Endorsement",
                    "Post",
                    "Quotation",
                    "Attendance",
                )
            },
            "youthpanel.MeetingFile": ("shown", None),
        },
        withheld={
            "youthpanel.InvitationCode": _SECRET,
            "youthpanel.MemberSession": _SECRET,
            "youthpanel.SlipReplacement": _MACHINERY,
            "youthpanel.SafeguardingNote": "to protect a child; the safeguarding lead decides on each note, the child's own included",
            "youthpanel.Meeting": "the attendance list; only the member's own line is exported",
        },
    ),
    "account": DataSubject(
        model=User,
        proof="user name",
        permission="accounts.change_user",
        find=lambda typed: User.objects.filter(username=typed.strip()).first(),
        own=(
            *("username", "first_name", "last_name", "email", "last_login"),
            *("is_active", "is_staff", "is_superuser", "date_joined"),
        ),
        tables={
            "hotline.ExposureCount": ("user", None),
            "hotline.DisplayPreference": ("user", None),
            "admin.LogEntry": ("user", ("action_time", "action_flag", "object_repr", "change_message")),
            "accounts.ProviderIdentity": (
                "user",
                ("name", "confirmed", "issuer", "subject", "created_at", "last_used_at"),
            ),
            "accounts.SavedView": ("user", ("list", "name", "query", "saved_at")),
            "youthpanel.CalendarSubscription": ("user", ("renewed_at",)),
            "alerts.AlertChannel": ("person", ("medium", "address")),
            "alerts.DutyShift": ("person", None),
            "alerts.AlertMessage": ("person", ("hour", "step", "medium", "state")),
        },
        withheld={
            **dict.fromkeys(
                (
                    "accounts.AuthenticatorApp",
                    "accounts.RecoveryCodeSet",
                    "accounts.AccountRecovery",
                    "django_otp_webauthn.WebAuthnCredential",
                    "django_otp_webauthn.WebAuthnUserHandle",
                ),
                "second factors for signing in",
            ),
            **dict.fromkeys(("youthpanel.Consultation", "youthpanel.Meeting"), "work of the panel led by the person"),
            "alerts.Alert": "work of the hotline; the person's own messages are exported",
        },
    ),
}


# Columns of tables with listed fields that are not exported: {table: {reason: columns}}. A test requires that every other column is
# exported, except digests and the members of staff of events, panel and content.
WITHHELD_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "hotline.Report": {
        _CASE: "category_assumed was_csam state priority priority_reasons queue outcome proposed_end original closed_at "
        "earliest_end_at anonymised_from has_news reopened_at reopened_from reopened_times",
        _COLLEAGUE: "claimed_until claimed_by",
    },
    "hotline.Upload": {_CASE: "handed_over_at erased_at", _MACHINERY: "file state attempts locked_at packed_in"},
    "hotline.OwnPicture": {_CASE: "matched_at"},
    "hotline.Message": {_COPY: "sealed_reporter", _COLLEAGUE: "author"},
    "hotline.Complaint": {"the report itself is exported with its receipt": "report", _COLLEAGUE: "closed_by"},
    "hotline.ComplaintAnswer": {_COPY: "sealed_reader", _COLLEAGUE: "author"},
    "accounts.User": {_SECRET: "password"},
    "admin.LogEntry": {"identifiers of a record whose name is exported": "content_type object_id"},
    "alerts.AlertChannel": {_SECRET: "encrypted_secret"},
    "alerts.AlertMessage": {_MACHINERY: "alert channel error due_at attempts failing_since"},
}


def can_answer(actor: User, subject: DataSubject) -> bool:
    """Return whether `actor` may export or erase the data of `subject`: by role, except accounts, which administrators manage."""
    return (
        actor.has_perm(subject.permission) if subject.model is User else has_role_permission(actor, subject.permission)
    )
