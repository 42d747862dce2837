"""Writes what a plan says, all of it or nothing."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from awareness.quizzes.exchange.plans import Plan
from awareness.quizzes.models import Quiz
from awareness.quizzes.services import create_question, create_quiz, rewrite_question


def apply_plan(*, plan: Plan, actor: AbstractBaseUser, now: datetime) -> Quiz | None:
    """The new questions, and the quiz as a draft where there is one; questions that are in the bank already are used as they are, and
    those that are there in the other language get this one.

    Raises ValueError for a plan with faults.
    """
    if plan.faults:
        raise ValueError("a plan with faults")
    if plan.quiz is not None:
        known = {entry.question: entry.known for entry in plan.entries if entry.question and entry.known}
        return create_quiz(facts=plan.quiz, actor=actor, now=now, known=known)
    with transaction.atomic():
        for entry in plan.new:
            if entry.question is not None:
                create_question(facts=entry.question, actor=actor, now=now)
        for entry in plan.translated:
            if entry.known is not None and entry.joined is not None:
                rewrite_question(question=entry.known, facts=entry.joined, actor=actor, now=now)
    return None
