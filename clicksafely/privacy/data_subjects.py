"""Who can ask what is kept of them: what they prove it by, which tables have something of them, and what is not given out and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Model

from awareness.events.bookings.signed_links import uuid_from_token
from awareness.events.models import Booking
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
_MACHINERY: Final = "how far the machinery is; nothing that the person wrote"
_SECRET: Final = "a secret under a digest, which says nothing"  # noqa: S105  a reason


@dataclass(frozen=True)
class DataSubject:
    """`own` are the fields of the person's row, None for all that say something; `tables` {label: (the way to the row, fields or None)}.

    `count_retained` {label: why}: every other table that leads to the row is named there, which a test sees to. `permission` is what whoever
    hands it out or erases it has to hold; `proof` is what the person proves by that it is theirs.
    """

    model: type[Model]
    proof: str
    permission: str
    find: Callable[[str], Any]
    own: tuple[str, ...] | None = None
    tables: Mapping[str, tuple[str, tuple[str, ...] | None]] = field(default_factory=dict)
    kept_back: Mapping[str, str] = field(default_factory=dict)


def _booking(typed: str) -> Booking | None:
    """By the link in the letters, or its last part."""
    row = uuid_from_token(typed.strip().rstrip("/").rpartition("/")[2])
    return Booking.objects.filter(uuid=row).first() if row else None


def _member(typed: str) -> Member | None:
    """By the pseudonym; who asks is known to the coordinator, who opens the name to compare it."""
    return Member.objects.filter(pseudonym=typed.strip(), erased_at=None).first()


DATA_SUBJECTS: Final[dict[str, DataSubject]] = {
    "report": DataSubject(
        model=Report,
        proof="receipt",
        permission=ANSWER_DATA_REQUEST,
        find=lambda typed: find_case(receipts.normalise_receipt(typed)),
        own=(
            *("channel", "category", "language", "received_at", "danger_now", "about_me", "locations"),
            *("reporter_wrote_at", "contact_erased_at", "words_erased_at"),
        ),
        tables={
            "hotline.SealedText": ("report", ("field", "sealed")),
            "hotline.Upload": ("report", ("size", "mime_type", "stored_at")),
            "hotline.Message": ("report", ("direction", "sent_at", "sealed_hotline")),
        },
        kept_back={
            **dict.fromkeys(("hotline.Assessment", "hotline.Action", "hotline.Referral", "hotline.IccamReport"), _CASE),
            **dict.fromkeys(("hotline.Note", "hotline.LegalHold", "hotline.FileHash", "hotline.Closing"), _CASE),
            **dict.fromkeys(("hotline.ContentItem", "hotline.ReportItem"), _FACTS),
            **dict.fromkeys(("hotline.OutgoingMail", "hotline.MailThread"), _MACHINERY),
            "hotline.IncomingMail": "the person's own message, of which the words are given out",
            "hotline.PartnerReport": "the partner's, who asks under a contract of its own",
            "hotline.Complaint": "asked for with the number of the complaint",
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
                    "Idea",
                    "Endorsement",
                    "Post",
                    "Quotation",
                    "Attendance",
                )
            },
            "youthpanel.MeetingFile": ("shown", None),
        },
        kept_back={
            "youthpanel.InvitationCode": _SECRET,
            "youthpanel.MemberSession": _SECRET,
            "youthpanel.IncidentNote": "written to protect a child: the safeguarding lead decides, note by note",
            "youthpanel.Meeting": "the list of who was there, of whom only their own line is theirs",
        },
    ),
    "account": DataSubject(
        model=User,
        proof="user name",
        permission="accounts.change_user",
        find=lambda typed: User.objects.filter(username=typed.strip()).first(),
        own=("username", "first_name", "last_name", "email", "last_login", "is_active", "is_staff", "date_joined"),
        tables={
            "hotline.ExposureCount": ("user", ("day", "pictures", "texts", "messages", "breaks")),
            "hotline.DisplayPreference": ("user", None),
            "admin.LogEntry": ("user", ("action_time", "object_repr")),
        },
        kept_back={
            **dict.fromkeys(("otp_totp.TOTPDevice", "otp_static.StaticDevice"), "what the person signs in with"),
            **dict.fromkeys(
                ("youthpanel.Consultation", "youthpanel.Meeting"), "work of the panel that the person leads"
            ),
        },
    ),
}


def can_answer(actor: User, subject: DataSubject) -> bool:
    """Return whether `actor` may give out or erase the data of `subject`: a duty, except for accounts, which administrators manage."""
    return (
        actor.has_perm(subject.permission) if subject.model is User else has_role_permission(actor, subject.permission)
    )
