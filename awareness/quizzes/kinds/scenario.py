"""Questions of the kind “what would you do”: a short story whose situations follow from the choices."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.quizzes.kinds import base
from awareness.quizzes.kinds.base import (
    AnswerScore,
    PostedAnswer,
    QuestionKind,
    ScenarioStep,
    SheetChoice,
    SheetSituation,
    choice_label,
)
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Question, QuestionProblem
from awareness.quizzes.labels import choice_letter

# Steps of a scenario with loops.
MAX_STEPS: Final = 50


class Scenario(QuestionKind):
    """One choice is selected in each situation. The last one gives the credit."""

    code = "scenario"
    label = pgettext_lazy("question", "What would you do")
    instruction = _("What would you do?")
    missing_answer = _("First choose what you would do.")
    paper_instruction = _("Circle what you would do, then follow the arrow.")
    submit_label = _("I would do that")
    template = "scenario"
    paper_template = "situations"
    control = "path"
    editor_fields = ("at", "leads_to", "weight", "feedback", "situations")

    def read(self, question: Question, data: Any) -> tuple[int, ...] | None:
        way = base.read_places(question, data)
        if way is None or len(way) > MAX_STEPS:
            return None
        try:
            return way if situation_after(question, way) is None else None
        except ValueError:
            return None

    def score(self, question: Question, answer: Any) -> AnswerScore:
        credit = base.share(question.choices[answer[-1]].weight)
        return base.marked(question, credit, set(answer), set(question.right))

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        situation_numbers = {0, *(situation.number for situation in question.situations)}
        if len(situation_numbers) != len(question.situations) + 1:
            yield QuestionProblem(gettext("Situations"), gettext("Each situation needs its own number, from 1."))
        for place, choice in enumerate(question.choices):
            if choice.at not in situation_numbers or (
                choice.leads_to is not None and choice.leads_to not in situation_numbers
            ):
                yield QuestionProblem(
                    choice_label(place), gettext("The answer refers to a situation that does not exist.")
                )
                return
        reached, ends = _reached(question), _ends(question)
        for situation in sorted(situation_numbers):
            label = gettext("Situation %(number)d") % {"number": situation}
            if not question.choices_at(situation):
                yield QuestionProblem(label, gettext("This situation has no answers."))
            elif situation not in reached:
                yield QuestionProblem(label, gettext("This situation cannot be reached."))
            elif situation not in ends:
                yield QuestionProblem(label, gettext("The end cannot be reached from this situation."))
        if not any(choice.leads_to is None and choice.weight == FULL_CREDIT for choice in question.choices):
            yield QuestionProblem(gettext("Answers"), gettext("At least one path must end with a right answer."))

    def offered(self, question: Question, seed: str, way: Sequence[int]) -> list[int]:
        return question.choices_at(situation_after(question, way) or 0)

    def open_way(self, question: Question, way: Sequence[int]) -> tuple[int, ...]:
        return () if _situation(question, way) is None else tuple(way)

    def steps(self, question: Question, way: Sequence[int], language: str) -> tuple[ScenarioStep, ...]:
        # Back at the beginning: the question's own text.
        texts = {0: question.text, **{each.number: each.text for each in question.situations}}
        return tuple(
            ScenarioStep(
                place=place,
                text=choice.text.read(language),
                feedback=choice.feedback.read(language),
                situation=texts[choice.leads_to].read(language) if choice.leads_to in texts else "",
            )
            for place in way
            for choice in [question.choices[place]]
        )

    def read_posted(self, question: Question, post: QueryDict) -> PostedAnswer:
        way = tuple(base.numbers(post.getlist(base.WAY)[:MAX_STEPS], len(question.choices), unique=False))
        here = _situation(question, way)
        if here is None:
            return PostedAnswer(problem=self.missing_answer)
        offered = question.choices_at(here)
        chosen = [each for each in base.numbers(post.getlist(base.ANSWER), len(question.choices)) if each in offered]
        if not chosen:
            return PostedAnswer(way=way, problem=self.missing_answer)
        further = (*way, chosen[0])
        answer = self.read(question, further)
        if answer is None and len(further) > MAX_STEPS:
            # The path is too long: the scenario restarts.
            return PostedAnswer(problem=self.missing_answer)
        return PostedAnswer(answer=answer, way=further)

    def key(
        self, question: Question, language: str, letters: Mapping[int, str], groups: Mapping[int, str]
    ) -> Iterator[str]:
        for place, choice in enumerate(question.choices):
            if choice.leads_to is None and choice.weight > 0:
                yield f"{choice_letter(place, language)}. {choice.text.read(language)}{base.credit_note(choice)}"

    def sheet_situations(self, question: Question, language: str) -> tuple[SheetSituation, ...]:
        texts = [(0, ""), *((each.number, each.text.read(language)) for each in question.situations)]
        return tuple(
            SheetSituation(
                heading=gettext("Situation %(number)d") % {"number": number} if number else "",
                text=text,
                choices=tuple(
                    SheetChoice(
                        choice_letter(place, language),
                        question.choices[place].text.read(language),
                        onward=_onward(question.choices[place].leads_to),
                    )
                    for place in question.choices_at(number)
                ),
            )
            for number, text in texts
        )


def situation_after(question: Question, way: Sequence[int]) -> int | None:
    """Return the situation number after a path through a scenario, None at its end.

    Raises ValueError for an impossible path.
    """
    here: int | None = 0
    for place in way:
        if here is None or not 0 <= place < len(question.choices) or question.choices[place].at != here:
            raise ValueError(way)
        here = question.choices[place].leads_to
    return here


def _situation(question: Question, way: Sequence[int]) -> int | None:
    """Return the situation after a path, None if the path is invalid or complete."""
    try:
        return situation_after(question, way)
    except ValueError:
        return None


def _reached(question: Question) -> set[int]:
    reached, waiting = {0}, [0]
    while waiting:
        for place in question.choices_at(waiting.pop()):
            onward = question.choices[place].leads_to
            if onward is not None and onward not in reached:
                reached.add(onward)
                waiting.append(onward)
    return reached


def _ends(question: Question) -> set[int]:
    """Return the situations from which an end is reachable."""
    ends: set[int] = set()
    grown = True
    while grown:
        found = {choice.at for choice in question.choices if choice.leads_to is None or choice.leads_to in ends}
        grown = found != ends
        ends = found
    return ends


def _onward(leads_to: int | None) -> str:
    if leads_to is None:
        return gettext("the end")
    return (
        gettext("go to situation %(number)d") % {"number": leads_to}
        if leads_to
        else gettext("go back to the beginning")
    )
