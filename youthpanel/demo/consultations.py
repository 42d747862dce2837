"""Consultations of the demonstration, played through the services: built, opened, answered, closed, reported back; and one that is open now."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from youthpanel.consultations import moderation, quotation_services, workflow
from youthpanel.consultations.phases import PhaseDraft
from youthpanel.consultations.services import Answer, keep_sheet
from youthpanel.consultations.workflow import ChoiceText
from youthpanel.demo import panel, questions
from youthpanel.models import Cohort, Consultation, Endorsement, Idea, Member, Question, QuestionKind, Theme
from youthpanel.states import ConsultationState, ContributionState, Feature
from youthpanel.white_papers.content import Both

ONLINE, ON_PAPER, SUPPORT = 14, 8, 23
LASTS = timedelta(days=16)


def play_consultation(
    number: int,
    cohorts: list[Cohort],
    members: list[Member],
    adults: list[User],
    begins: datetime,
    chance: random.Random,
) -> Consultation:
    """One of the nine from its beginning to what came of it, sixteen days in all."""
    begins = begins.replace(hour=8, minute=0, second=0, microsecond=0)
    slug, title, summary = panel.CONSULTATIONS[number]
    subject, actor = questions.SUBJECTS[number], adults[0]
    consultation = _build(slug, {"title": title, "summary": summary, "introduction": summary}, cohorts, adults, begins)
    _phases(consultation, begins, (Feature.INFORM, Feature.COLLECT, Feature.ANSWER, Feature.PRIORITISE))
    asked = _ask(consultation, subject)
    workflow.move(consultation=consultation, to=ConsultationState.OPEN, actor=actor, now=begins)
    _propose(consultation, panel.IDEAS[number], members, actor, begins + timedelta(days=5), chance)
    quoted = [said for place, said, named in panel.QUOTATIONS if place == number and named]
    for said in quoted:
        own = _write(consultation, members[number * 3], said["sr"], begins + timedelta(days=6))
        moderation.show(contribution=own, actor=actor, now=begins + timedelta(days=7))
    answering = begins + timedelta(days=9)
    # Not everybody writes, and nobody the same.
    words = [*subject.answers, *[""] * (ONLINE + ON_PAPER - len(subject.answers))]
    for member, text in zip((*chance.sample(members, ONLINE), *[None] * ON_PAPER), words, strict=True):
        keep_sheet(
            consultation=consultation, member=member, answers=_answers(asked, text, chance), offline=member is None, now=answering
        )  # fmt: skip
    closed = begins + LASTS
    workflow.move(consultation=consultation, to=ConsultationState.CLOSED, actor=actor, now=closed)
    consultation.refresh_from_db()
    for place, name in enumerate(subject.themes):
        theme = Theme.objects.create(consultation=consultation, name_sr=name["sr"], name_en=name["en"])
        for idea in consultation.ideas.all()[place::2]:
            quotation_services.tag_idea(idea=idea, themes=[theme])
    _quote(consultation, number, asked[-1], actor, closed + timedelta(days=1))
    consultation.outcome_sr, consultation.outcome_en = subject.outcome["sr"], subject.outcome["en"]  # type: ignore[attr-defined]
    workflow.keep_consultation(consultation=consultation, changed=["outcome"], actor=actor, now=closed)
    workflow.move(consultation=consultation, to=ConsultationState.REPORTED, actor=actor, now=closed + timedelta(days=2))
    return consultation


def open_now(
    cohorts: list[Cohort], members: list[Member], adults: list[User], now: datetime, chance: random.Random
) -> None:
    """One that members can take part in today: ideas are collected, two wait to be read."""
    slug, title, summary, introduction, ideas, unread = questions.OPEN_NOW
    begins = (now - timedelta(days=5)).replace(hour=8, minute=0, second=0, microsecond=0)
    texts = {"title": title, "summary": summary, "introduction": introduction}
    consultation = _build(slug, texts, cohorts, adults, begins)
    _phases(consultation, begins, (Feature.INFORM, Feature.COLLECT, Feature.ANSWER, Feature.PRIORITISE), length=4)
    _ask(consultation, questions.SUBJECTS[0])
    workflow.move(consultation=consultation, to=ConsultationState.OPEN, actor=adults[0], now=begins)
    _propose(consultation, ideas, members, adults[0], now - timedelta(hours=20), chance)
    for text in unread:
        _write(consultation, chance.choice(members), text, now - timedelta(hours=2))


def _build(slug: str, texts: dict[str, Both], cohorts: list[Cohort], adults: list[User], now: datetime) -> Consultation:
    consultation = Consultation(slug=slug)
    for field, text in texts.items():
        consultation.__dict__.update({f"{field}_sr": text["sr"], f"{field}_en": text["en"]})
    workflow.keep_consultation(consultation=consultation, changed=["title"], actor=adults[0], now=now)
    consultation.cohorts.set(cohorts)
    consultation.facilitators.set(adults)
    return consultation


def _phases(consultation: Consultation, begins: datetime, features: tuple[Feature, ...], length: int = 4) -> None:
    step = timedelta(days=length)
    workflow.replace_phases(
        consultation=consultation,
        phases=[
            PhaseDraft(feature, begins + place * step, begins + (place + 1) * step)
            for place, feature in enumerate(features)
        ],
    )


def _ask(consultation: Consultation, subject: questions.Subject) -> list[Question]:
    asked: tuple[tuple[str, Both, tuple[Both, ...], bool], ...] = (
        (QuestionKind.SCALE, questions.IMPORTANCE, (), False),
        (QuestionKind.SINGLE, questions.OFTEN, questions.OFTEN_CHOICES, False),
        (QuestionKind.MULTIPLE, questions.WHO, questions.WHO_CHOICES, True),
        (QuestionKind.OPEN, subject.question, (), False),
    )
    made = []
    for order, (kind, text, choices, other) in enumerate(asked, 1):
        words = {"text_sr": text["sr"], "text_en": text["en"]}
        question = Question(consultation=consultation, order=order, kind=kind, other=other, **words)
        workflow.keep_question(
            question=question, choices=[ChoiceText(choice["sr"], choice["en"]) for choice in choices]
        )
        made.append(question)
    return made


def _answers(asked: list[Question], text: str, chance: random.Random) -> dict[str, Answer]:
    scale, single, multiple, opened = asked
    one, many = ([choice.pk for choice in question.choices.all()] for question in (single, multiple))
    given: dict[str, Answer] = {
        str(scale.pk): {"score": chance.choices(range(1, 6), (1, 2, 4, 6, 7))[0]},
        str(single.pk): {"choices": chance.choices(one, (4, 6, 3, 1))},
        str(multiple.pk): {"choices": chance.sample(many, chance.randint(1, 2))},
    }
    if text:
        given[str(opened.pk)] = {"text": text}
    return given


def _propose(
    consultation: Consultation,
    texts: tuple[str, ...],
    members: list[Member],
    actor: User,
    at: datetime,
    chance: random.Random,
) -> None:
    for text in texts:
        author, *others = chance.sample(members, SUPPORT + 1)
        idea = _write(consultation, author, text, at)
        moderation.show(contribution=idea, actor=actor, now=at + timedelta(hours=3))
        Endorsement.objects.bulk_create(Endorsement(idea=idea, member=other) for other in others)
        Endorsement.objects.bulk_create(
            Endorsement(idea=idea, member=other, priority=True) for other in others[: chance.randint(3, 9)]
        )


def _write(consultation: Consultation, member: Member, text: str, at: datetime) -> Idea:
    return Idea.objects.create(
        consultation=consultation, member=member, text=text, state=ContributionState.WAITING, written_at=at
    )


def _quote(consultation: Consultation, number: int, opened: Question, actor: User, now: datetime) -> None:
    for place, said, named in panel.QUOTATIONS:
        if place != number:
            continue
        source: Any = consultation.ideas.get(text=said["sr"]) if named else opened
        quotation = quotation_services.quote(
            consultation=consultation, source=source, sr=said["sr"], en=said["en"], themes=(), actor=actor, now=now
        )
        quotation_services.clear(quotation=quotation, actor=actor, now=now)
