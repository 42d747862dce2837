"""Opinion cards: statements, votes, and the figures computed once at closing. See docs/adr/0030."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypedDict

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, EditConflict, FieldFault
from youthpanel.consultations.exceptions import AlreadyAnswered, NotAllowedNow
from youthpanel.consultations.moderation import check_facilitator
from youthpanel.consultations.opinion_groups import AGREE, DISAGREE, UNSURE, Counts, find_groups, published_counts
from youthpanel.consultations.phases import activity_at
from youthpanel.members.unlinkable_answers import lock_votes, store_votes
from youthpanel.models import Consultation, Member, OpinionParticipation, OpinionRound, OpinionSheet, Statement
from youthpanel.models.consultations import MIN_PUBLISHED_ANSWERS
from youthpanel.models.opinions import MAX_STATEMENT_LENGTH
from youthpanel.states import ConsultationState, PhaseActivity

VOTES: Final = (AGREE, DISAGREE, UNSURE)
MIN_STATEMENTS: Final = 5
MAX_STATEMENTS: Final = 30


class StatementText(TypedDict):
    """A statement in both languages; English may be empty."""

    sr: str
    en: str


class GroupFigures(TypedDict):
    """The number of sheets of a group, and the published counts by statement id."""

    size: int
    counts: dict[str, Counts]


class Figures(TypedDict):
    """`OpinionRound.figures`: one group of all sheets, or several. None and no group below `MIN_PUBLISHED_ANSWERS` sheets."""

    sheets: int | None
    groups: list[GroupFigures]


def current_round(consultation: Consultation) -> OpinionRound | None:
    """Return the round in which members vote; one query, its statements one more."""
    return consultation.opinion_rounds.prefetch_related("statements").last()


def has_voted(opinion_round: OpinionRound, member: Member) -> bool:
    return OpinionParticipation.objects.filter(round=opinion_round, member=member).exists()


def has_votes(opinion_round: OpinionRound) -> bool:
    """Return whether a member has voted in the round, which fixes its statements."""
    return OpinionSheet.objects.filter(round=opinion_round).exists()


def count_votes(consultation: Consultation) -> int:
    """Return how many members have voted, in all rounds. 0 once the results were shown, because the votes are erased."""
    return OpinionSheet.objects.filter(round__consultation=consultation).count()


def save_statements(
    *, consultation: Consultation, statements: Sequence[StatementText], actor: AbstractBaseUser, now: datetime
) -> None:
    """Replace the statements of the current round, or start the first round with them.

    Statements are replaced as a whole, under new ids. The votes of a page with earlier statements are refused, and the
    member reloads the page. Raises ActionRefused with too few, too many or too long statements, or once the round has
    votes. Raises NotAllowedNow after closing, and PermissionDenied.
    """
    check_facilitator(consultation, actor)
    if faults := list(_statement_faults(statements)):
        raise ActionRefused(faults)
    with transaction.atomic():
        _lock_unclosed(consultation)
        opinion_round = current_round(consultation) or OpinionRound.objects.create(consultation=consultation, number=1)
        if has_votes(opinion_round):
            raise ActionRefused([FieldFault("", _("Members have voted on these statements. Start a new round."))])
        opinion_round.statements.all().delete()
        _write_statements(opinion_round, statements)
        data: dict[str, audit_log.AuditValue] = {"round": opinion_round.number, "statements": len(statements)}
        audit_log.record(action="consultation.statements_saved", subject=consultation, actor=actor, now=now, data=data)


def create_first_round(*, consultation: Consultation, statements: Sequence[StatementText]) -> None:
    """Give a new draft its first round. The caller audits the draft."""
    _write_statements(OpinionRound.objects.create(consultation=consultation, number=1), statements)


def start_round(*, consultation: Consultation, actor: AbstractBaseUser, now: datetime) -> None:
    """Start a new round without statements, once the current one has votes. Its votes have no link to those of the earlier ones.

    Raises EditConflict, NotAllowedNow after closing, and PermissionDenied.
    """
    check_facilitator(consultation, actor)
    with transaction.atomic():
        _lock_unclosed(consultation)
        opinion_round = current_round(consultation)
        if opinion_round is None or not has_votes(opinion_round):
            raise EditConflict
        OpinionRound.objects.create(consultation=consultation, number=opinion_round.number + 1)
        data: dict[str, audit_log.AuditValue] = {"round": opinion_round.number + 1}
        audit_log.record(action="consultation.round_started", subject=consultation, actor=actor, now=now, data=data)


def save_votes(*, consultation: Consultation, member: Member | None, votes: Mapping[int, int], now: datetime) -> None:
    """Store the votes of a member, or of a paper sheet (None), on every statement of the current round.

    A vote is one of `VOTES`. Votes are stored without a link to the member in every consultation, also where answers
    have a pseudonym. They are neither audited nor logged. Members vote in the phase of opinion cards. Paper is entered
    as long as the consultation is open and has such a phase.

    Returns None, because no caller may learn which sheet was written. Raises EditConflict if the statements are others,
    ActionRefused with a fault at `s<id>` for each missing vote, AlreadyAnswered and NotAllowedNow.
    """
    with transaction.atomic():
        lock_votes()
        consultation = Consultation.objects.select_for_update().get(pk=consultation.pk)
        opinion_round = current_round(consultation)
        if opinion_round is None or not _may_vote(consultation, member, now):
            raise NotAllowedNow
        if member is not None and has_voted(opinion_round, member):
            raise AlreadyAnswered
        statement_ids = [statement.pk for statement in opinion_round.statements.all()]
        if not statement_ids or set(votes) - set(statement_ids):
            raise EditConflict
        if missing := [pk for pk in statement_ids if votes.get(pk) not in VOTES]:
            raise ActionRefused([FieldFault(f"s{pk}", _("Choose one of the three.")) for pk in missing])
        store_votes(
            round_id=opinion_round.pk,
            votes={str(pk): votes[pk] for pk in statement_ids},
            member_id=member.pk if member else None,
        )


def cards_on_paper(consultation: Consultation) -> list[Statement]:
    """Return the statements of the printed questionnaire: those of the current round, if there is a phase for them."""
    opinion_round = current_round(consultation)
    return list(opinion_round.statements.all()) if opinion_round is not None and _has_phase(consultation) else []


def _may_vote(consultation: Consultation, member: Member | None, now: datetime) -> bool:
    if member is None:
        return consultation.state == ConsultationState.OPEN and _has_phase(consultation)
    is_invited = consultation.cohorts.filter(pk=member.cohort_id).exists()
    return is_invited and activity_at(consultation, now) == PhaseActivity.OPINIONS


def _has_phase(consultation: Consultation) -> bool:
    return consultation.phases.filter(feature=PhaseActivity.OPINIONS).exists()


def compute_figures(opinion_round: OpinionRound) -> Figures:
    """Return the figures of a round to publish. They hold no sheet and no link to one."""
    statements = [str(pk) for pk in opinion_round.statements.values_list("pk", flat=True)]
    sheets = [tuple(votes[pk] for pk in statements) for votes in opinion_round.sheets.values_list("votes", flat=True)]
    if len(sheets) < MIN_PUBLISHED_ANSWERS:
        return {"sheets": None, "groups": []}
    groups: list[GroupFigures] = [
        {
            "size": len(group),
            "counts": {pk: published_counts([sheet[at] for sheet in group]) for at, pk in enumerate(statements)},
        }
        for group in find_groups(sheets)
    ]
    return {"sheets": len(sheets), "groups": groups}


def close_rounds(consultation: Consultation) -> None:
    """Compute the figures of all rounds. Call this in the transaction of the closing, with the consultation locked."""
    for opinion_round in consultation.opinion_rounds.all():
        OpinionRound.objects.filter(pk=opinion_round.pk).update(figures=compute_figures(opinion_round))


def reopen_rounds(consultation: Consultation) -> None:
    """Delete the figures, which were shown to no person. Call this with the consultation locked."""
    consultation.opinion_rounds.update(figures=None)


def erase_votes(consultation: Consultation) -> None:
    """Erase sheets and participations for good: only the figures remain. Call `lock_votes` before the consultation is locked."""
    OpinionSheet.objects.filter(round__consultation=consultation).delete()
    OpinionParticipation.objects.filter(round__consultation=consultation).delete()


def _write_statements(opinion_round: OpinionRound, statements: Sequence[StatementText]) -> None:
    Statement.objects.bulk_create(
        Statement(round=opinion_round, order=order, text_sr=each["sr"], text_en=each["en"])
        for order, each in enumerate(statements, 1)
    )


def _lock_unclosed(consultation: Consultation) -> None:
    stored = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if stored.state not in (ConsultationState.DRAFT, ConsultationState.OPEN):
        raise NotAllowedNow


def _statement_faults(statements: Sequence[StatementText]) -> list[FieldFault]:
    faults = []
    if not MIN_STATEMENTS <= len(statements) <= MAX_STATEMENTS:
        words = _("Write %(least)d to %(most)d statements.") % {"least": MIN_STATEMENTS, "most": MAX_STATEMENTS}
        faults.append(FieldFault("sr", words))
    if len({each["sr"].casefold() for each in statements}) < len(statements):
        faults.append(FieldFault("sr", _("A statement appears twice.")))
    for code in ("sr", "en"):
        for number, each in enumerate(statements, 1):
            if len(each[code]) > MAX_STATEMENT_LENGTH:
                params = {"n": number, "most": MAX_STATEMENT_LENGTH, "length": len(each[code])}
                words = _("Statement %(n)d has %(length)d characters; at most %(most)d fit on a card.")
                faults.append(FieldFault(code, words % params))
    return faults
