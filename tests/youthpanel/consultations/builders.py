"""Builders of consultations with questions or opinion cards, and of answers and votes."""

import random
from collections.abc import Sequence
from typing import Any

from clicksafely.accounts.models import User
from tests.database import as_role_of
from tests.factories.youthpanel import NOW, make_cohort, make_consultation
from youthpanel.consultations import opinions, workflow
from youthpanel.consultations.services import save_answer_sheet
from youthpanel.models import Consultation, Member, OpinionRound, Question, QuestionChoice, Statement
from youthpanel.states import ConsultationState, PhaseActivity

TEXTS = ("Да", "Не", "Не знам")
STATEMENTS = [f"Тврдња број {number}" for number in range(1, 9)]
# How two camps vote on eight statements; on the first two they agree.
CAMPS = ((1, 1, 1, 1, 1, -1, -1, -1), (1, 1, -1, -1, -1, 1, 1, 1))


def make_question(consultation: Consultation, kind: str = "single", *, other: bool = False) -> Question:
    """The next question; with three choices if its kind has choices."""
    question = Question.objects.create(
        consultation=consultation,
        order=consultation.questions.count(),
        kind=kind,
        other=other,
        text_sr="Учите ли о томе у школи?",
        text_en="Do you learn about it at school?",
    )
    if kind in ("single", "multiple"):
        for order, text in enumerate(TEXTS):
            QuestionChoice.objects.create(question=question, order=order, text_sr=text, text_en=f"{text}-en")
    return question


def open_questionnaire(*kinds: str, other: bool = False, **fields: Any) -> tuple[Consultation, list[Question]]:
    """An open consultation of a cohort in its answering phase, with one question of each kind."""
    cohorts = fields.pop("cohorts", None) or [make_cohort()]
    consultation = make_consultation(*cohorts, features=(PhaseActivity.ANSWER,), **fields)
    with_own = ("single", "multiple") if other else ()
    return consultation, [make_question(consultation, kind, other=kind in with_own) for kind in kinds]


def answer(consultation: Consultation, member: Member | None, answers: dict[Question, Any], **fields: Any) -> None:
    """Answers of a member (None: paper). An int is a score or the index of a choice, a list has indexes, a str is a text."""
    stored_answers = {}
    for question, value in answers.items():
        choices = [choice.pk for choice in question.choices.all()]
        if isinstance(value, str):
            stored_answer: dict[str, Any] = {"text": value}
        elif isinstance(value, list):
            stored_answer = {"choices": [choices[place] for place in value]}
        else:
            stored_answer = {"choices": [choices[value]]} if choices else {"score": value}
        stored_answers[str(question.pk)] = stored_answer
    with as_role_of("public" if member else "staff"):
        save_answer_sheet(
            consultation=consultation,
            member=member,
            answers=stored_answers,
            offline=member is None,
            **{"now": NOW, **fields},
        )


def make_round(consultation: Consultation, texts: Sequence[str] = STATEMENTS) -> OpinionRound:
    """The next round of a consultation, with its statements."""
    opinion_round = OpinionRound.objects.create(
        consultation=consultation, number=consultation.opinion_rounds.count() + 1
    )
    make_statements(opinion_round, texts)
    return opinion_round


def make_statements(opinion_round: OpinionRound, texts: Sequence[str] = STATEMENTS) -> None:
    Statement.objects.bulk_create(
        Statement(round=opinion_round, order=order, text_sr=text, text_en=f"Statement {order}")
        for order, text in enumerate(texts, 1)
    )


def open_opinion_cards(**fields: Any) -> tuple[Consultation, OpinionRound]:
    """An open consultation in its phase of opinion cards, with eight statements."""
    consultation = make_consultation(make_cohort(), features=(PhaseActivity.OPINIONS,), **fields)
    return consultation, make_round(consultation)


def vote(consultation: Consultation, by: Member, votes: Sequence[int], **fields: Any) -> None:
    """The votes of a member in the current round, with the rights of the public site."""
    opinion_round = opinions.current_round(consultation)
    assert opinion_round is not None
    votes_by_statement = dict(zip(opinion_round.statements.values_list("pk", flat=True), votes, strict=False))
    with as_role_of("public"):
        opinions.save_votes(consultation=consultation, member=by, votes=votes_by_statement, **{"now": NOW, **fields})


def script(number: int, seed: int = 5) -> list[tuple[int, ...]]:
    """The votes of this many scripted members of two camps, each with one or two votes of their own."""
    chance = random.Random(seed)
    sheets = []
    for each in range(number):
        votes = list(CAMPS[each % 5 < 2])
        for at in chance.sample(range(8), chance.randint(1, 2)):
            votes[at] = 0
        sheets.append(tuple(votes))
    return sheets


def close(consultation: Consultation, actor: User) -> None:
    with as_role_of("staff"):
        workflow.change_state(consultation=consultation, to=ConsultationState.CLOSED, actor=actor, now=NOW)


def show(consultation: Consultation, actor: User) -> None:
    with as_role_of("staff"):
        workflow.show_results(consultation=consultation, actor=actor, now=NOW)
