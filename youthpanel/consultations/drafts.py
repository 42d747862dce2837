"""Drafts of consultations: a copy of another consultation, or the texts and phases of a template."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.timezone import localtime, make_aware

from clicksafely.common.audit import audit_log
from clicksafely.common.content.files import read_document
from youthpanel.consultations.opinions import StatementText, create_first_round, current_round
from youthpanel.consultations.phases import PhaseDraft
from youthpanel.consultations.workflow import ChoiceText, replace_phases, save_question
from youthpanel.models import Consultation, Phase, Question
from youthpanel.states import PhaseActivity

# A copy begins this long after it was made, at the earliest.
COPY_AHEAD: Final = timedelta(days=7)
# The phases of a template begin and end at this time of day in Belgrade.
DAY_BEGINS: Final = time(8)
_TEXTS: Final = ("title", "summary", "introduction")


@dataclass(frozen=True)
class QuestionDraft:
    """A question to be saved; `texts` by column."""

    kind: str
    other: bool
    texts: dict[str, str]
    choices: list[ChoiceText]


@dataclass(frozen=True)
class DraftContent:
    """The content of a new draft; `texts` by column."""

    slug: str
    anonymous: bool
    texts: dict[str, str]
    phases: Sequence[PhaseDraft]
    questions: Sequence[QuestionDraft] = ()
    statements: Sequence[StatementText] = field(default=())


@cache
def consultation_templates() -> dict[str, dict[str, Any]]:
    """Return the templates by code, in the order of the file `templates.yaml`."""
    return {each["code"]: each for each in read_document(Path(__file__).with_name("templates.yaml")).data["templates"]}


def copy_consultation(*, consultation: Consultation, actor: AbstractBaseUser, now: datetime) -> Consultation:
    """Make a draft with the texts, cohorts, facilitators, phases, questions and statements of a consultation, without data of its members.

    Statements are those of the last round. Phases keep their lengths and weekdays, and begin at least `COPY_AHEAD` from now.
    """
    with transaction.atomic():
        source = Consultation.objects.prefetch_related("questions__choices", "phases").get(pk=consultation.pk)
        last = current_round(source)
        content = DraftContent(
            slug=source.slug,
            anonymous=source.anonymous,
            texts={name: getattr(source, name) for name in _columns(_TEXTS)},
            phases=_moved_phases(list(source.phases.all()), now),
            questions=[_copied_question(question) for question in source.questions.all()],
            statements=[{"sr": each.text_sr, "en": each.text_en} for each in last.statements.all()] if last else [],  # type: ignore[attr-defined]
        )
        draft = _save_draft(content, now)
        draft.cohorts.set(source.cohorts.all())
        draft.facilitators.set(source.facilitators.all())
        data: dict[str, audit_log.AuditValue] = {"from": source.pk}
        audit_log.record(action="consultation.copied", subject=draft, actor=actor, now=now, data=data)
        return draft


def create_from_template(*, code: str, starts_on: date, actor: AbstractBaseUser, now: datetime) -> Consultation:
    """Make a draft from a template. Its phases follow each other from `starts_on`; it has no cohorts and facilitators yet.

    Raises KeyError for an unknown code.
    """
    row = consultation_templates()[code]
    phases, day = list[PhaseDraft](), starts_on
    for phase in row["phases"]:
        following = day + timedelta(days=phase["days"])
        phases.append(PhaseDraft(PhaseActivity(phase["activity"]), _morning(day), _morning(following)))
        day = following
    content = DraftContent(
        slug=code,
        anonymous=row["anonymous"],
        texts={name: row[name] for name in _columns(_TEXTS)},
        phases=phases,
        questions=[_question_of_template(question) for question in row.get("questions", ())],
        statements=[{"sr": each["text_sr"], "en": each["text_en"]} for each in row.get("statements", ())],
    )
    with transaction.atomic():
        consultation = _save_draft(content, now)
        data: dict[str, audit_log.AuditValue] = {"template": code}
        audit_log.record(action="consultation.added", subject=consultation, actor=actor, now=now, data=data)
        return consultation


def _save_draft(content: DraftContent, now: datetime) -> Consultation:
    consultation = Consultation(slug=_free_slug(content.slug), anonymous=content.anonymous, changed_at=now)
    for name, text in content.texts.items():
        setattr(consultation, name, text)
    consultation.save()
    replace_phases(consultation=consultation, phases=content.phases)
    for order, draft in enumerate(content.questions):
        question = Question(consultation=consultation, order=order, kind=draft.kind, other=draft.other, **draft.texts)
        save_question(question=question, choices=draft.choices)
    if content.statements:
        create_first_round(consultation=consultation, statements=content.statements)
    return consultation


def _copied_question(question: Question) -> QuestionDraft:
    choices = [ChoiceText(choice.text_sr, choice.text_en or "") for choice in question.choices.all()]  # type: ignore[attr-defined]
    texts = {name: getattr(question, name) for name in _columns(("text",))}
    return QuestionDraft(question.kind, question.other, texts, choices)


def _question_of_template(row: dict[str, Any]) -> QuestionDraft:
    choices = [ChoiceText(choice["text_sr"], choice["text_en"]) for choice in row.get("choices", ())]
    return QuestionDraft(
        row["kind"], row.get("other", False), {name: row[name] for name in _columns(("text",))}, choices
    )


def _columns(names: Sequence[str]) -> list[str]:
    return [f"{name}_{code}" for name in names for code in ("sr", "en")]


def _morning(day: date) -> datetime:
    return make_aware(datetime.combine(day, DAY_BEGINS))


def _free_slug(slug: str) -> str:
    """`slug`, or the first free one with a number."""
    taken = set(Consultation.objects.filter(slug__startswith=slug[:70]).values_list("slug", flat=True))
    return next(
        candidate for number in count(1) if (candidate := slug if number == 1 else f"{slug[:70]}-{number}") not in taken
    )


def _moved_phases(phases: Sequence[Phase], now: datetime) -> list[PhaseDraft]:
    """Return the phases, later by whole weeks in Belgrade's clock."""
    if not phases:
        return []
    first = min(phase.starts_at for phase in phases)
    weeks = timedelta(weeks=max(0, -((first - now - COPY_AHEAD) // timedelta(weeks=1))))

    def later(moment: datetime) -> datetime:
        clock = localtime(moment)
        return make_aware(clock.replace(tzinfo=None) + weeks)

    return [PhaseDraft(PhaseActivity(each.feature), later(each.starts_at), later(each.ends_at)) for each in phases]
