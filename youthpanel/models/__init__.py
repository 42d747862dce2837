"""Everything the app keeps: records, meetings, consultations, doors, papers."""

from youthpanel.models.consultations import Consultation, Phase, Question, QuestionChoice, QuestionKind, Theme
from youthpanel.models.contributions import AnswerSheet, Endorsement, Idea, Participation, Post, Quotation
from youthpanel.models.doors import InvitationCode, MemberSession
from youthpanel.models.meetings import Attendance, Decision, IncidentNote, Meeting, MeetingFile, MeetingFileKind
from youthpanel.models.papers import (
    Chapter,
    Edition,
    EditionFile,
    EditionFormat,
    Education,
    Handover,
    PaperPart,
    PaperRecommendation,
    Recommendation,
    Response,
    WhitePaper,
)
from youthpanel.models.proofs import Proof, ProofFile
from youthpanel.models.records import Cohort, Consent, Giver, Member, MemberRole, School, SchoolKind, Scope

__all__ = [
    "AnswerSheet",
    "Attendance",
    "Chapter",
    "Cohort",
    "Consent",
    "Consultation",
    "Decision",
    "Edition",
    "EditionFile",
    "EditionFormat",
    "Education",
    "Endorsement",
    "Giver",
    "Handover",
    "Idea",
    "IncidentNote",
    "InvitationCode",
    "Meeting",
    "MeetingFile",
    "MeetingFileKind",
    "Member",
    "MemberRole",
    "MemberSession",
    "PaperPart",
    "PaperRecommendation",
    "Participation",
    "Phase",
    "Post",
    "Proof",
    "ProofFile",
    "Question",
    "QuestionChoice",
    "QuestionKind",
    "Quotation",
    "Recommendation",
    "Response",
    "School",
    "SchoolKind",
    "Scope",
    "Theme",
    "WhitePaper",
]
