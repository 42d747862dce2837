"""What the hotline keeps: reports, content items, assessments, actions, the thread with the reporter."""

from hotline.models.assessment import Action, ActionKind, Answer, Assessment, Question, QuestionSet
from hotline.models.content import ContentItem, LocationKind, ReportItem, SiteType
from hotline.models.correspondence import (
    AnswerCount,
    MailThread,
    OutgoingError,
    OutgoingKind,
    OutgoingMail,
    OutgoingState,
    Withheld,
)
from hotline.models.hash_lists import (
    Algorithm,
    HashList,
    HashMatch,
    ListedHash,
    ListLayout,
    ListMeaning,
    ListState,
    UnlockReason,
)
from hotline.models.hashes import FileHash, HashOrigin
from hotline.models.hosting import (
    AbuseContact,
    ContactKind,
    FileProblem,
    Host,
    HostAddress,
    LookupProblem,
    NetworkFile,
    NetworkFileState,
    SiteTypeHint,
    Special,
)
from hotline.models.mail import IncomingMail, MailboxError, MailboxState, MailKind, MailState
from hotline.models.notes import Note
from hotline.models.partners import Partner, PartnerKey, PartnerReport, PartnerRequest
from hotline.models.report import Category, Channel, Report
from hotline.models.rules import RuleHit, RuleKind, RuleVersion, TriageRule
from hotline.models.sealed import Direction, Message, SealedText, TextField, Upload

__all__ = [
    "AbuseContact",
    "Action",
    "ActionKind",
    "Algorithm",
    "Answer",
    "AnswerCount",
    "Assessment",
    "Category",
    "Channel",
    "ContactKind",
    "ContentItem",
    "Direction",
    "FileHash",
    "FileProblem",
    "HashList",
    "HashMatch",
    "HashOrigin",
    "Host",
    "HostAddress",
    "IncomingMail",
    "ListLayout",
    "ListMeaning",
    "ListState",
    "ListedHash",
    "LocationKind",
    "LookupProblem",
    "MailKind",
    "MailState",
    "MailThread",
    "MailboxError",
    "MailboxState",
    "Message",
    "NetworkFile",
    "NetworkFileState",
    "Note",
    "OutgoingError",
    "OutgoingKind",
    "OutgoingMail",
    "OutgoingState",
    "Partner",
    "PartnerKey",
    "PartnerReport",
    "PartnerRequest",
    "Question",
    "QuestionSet",
    "Report",
    "ReportItem",
    "RuleHit",
    "RuleKind",
    "RuleVersion",
    "SealedText",
    "SiteType",
    "SiteTypeHint",
    "Special",
    "TextField",
    "TriageRule",
    "UnlockReason",
    "Upload",
    "Withheld",
]
