"""Maps plain questions and quizzes to model fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from awareness.quizzes.kinds.schemas import BilingualText, Choice, Question, Quiz, Situation


def both(name: str, words: BilingualText) -> dict[str, str]:
    """Return the fields of a translated text. The field without a language repeats the Serbian text."""
    return {name: words.sr, f"{name}_sr": words.sr, f"{name}_en": words.en}


def question_fields(question: Question, topics: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a question. `topics`: rows by slug; an unknown topic becomes None."""
    return {
        "kind": question.kind,
        "name": question.name,
        "frame": question.frame,
        "source_title": question.source_title,
        "source_url": question.source_url,
        "topic": topics.get(question.topic),
        "level": question.level,
        "difficulty": question.difficulty,
        "shuffle": question.shuffle,
        "category": question.category,
        **both("text", question.text),
        **both("explanation", question.explanation),
        **both("discussion", question.discussion),
    }


def choice_fields(question: Question) -> Iterator[dict[str, Any]]:
    """Yield the fields of the choices, in order."""
    for order, choice in enumerate(question.choices):
        yield {"order": order, **_choice(choice)}


def situation_fields(question: Question) -> Iterator[dict[str, Any]]:
    """Yield the fields of the situations."""
    for situation in question.situations:
        yield _situation(situation)


def quiz_fields(quiz: Quiz) -> dict[str, Any]:
    """Return the quiz's own fields."""
    return {
        "slug": quiz.slug,
        "level": quiz.level,
        "minutes": quiz.minutes,
        **both("title", quiz.title),
        **both("summary", quiz.summary),
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "weight": choice.weight,
        "role": choice.role,
        "at": choice.at,
        "leads_to": choice.leads_to,
        "tolerance": choice.tolerance,
        **both("text", choice.text),
        **both("match", choice.match),
        **both("feedback", choice.feedback),
        **both("missed", choice.missed),
    }


def _situation(situation: Situation) -> dict[str, Any]:
    return {"number": situation.number, **both("text", situation.text)}
