"""Fills in questions like a browser."""

from collections.abc import Iterator

from django.http import QueryDict

from awareness.quizzes.kinds.base import Answer
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.scenario import situation_after
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Question
from tests.clients.page_reader import PageReader

# Answers to `quiz_factory.EACH_KIND`.
RIGHT: dict[str, Answer] = {
    "single": (1,),
    "multiple": (0, 2),
    "true_false": (1,),
    "ordering": (0, 1, 2, 3),
    "matching": (0, 1, 2),
    "sorting": (0, 1, 0, 2),
    "clues": (1, 2),
    "scenario": (1,),
    "poll": (2,),
    "short": "лозинка (ср)",
    "numeric": "15,2",
    "essay": (0,),
    "note": (0,),
}
WRONG: dict[str, Answer] = {
    "single": (0,),
    "multiple": (1, 3),
    "true_false": (0,),
    "ordering": (3, 2, 1, 0),
    "matching": (1, 2, 0),
    "sorting": (1, 0, 1, 0),
    "clues": (0, 3),
    "scenario": (0, 2),
    "short": "не знам",
    "numeric": "3",
}


def best(question: Question) -> Answer:
    """Return an answer with full credit (any answer to a poll)."""
    choices = question.choices
    if kind_of(question).is_written:
        return next(choice.text.sr for choice in choices if choice.weight == FULL_CREDIT)
    if question.kind == "ordering":
        return tuple(range(len(choices)))
    if kind_of(question).control == "pairs":
        return tuple(question.groups.index(choice.match) for choice in choices)
    if question.kind == "scenario":
        return best_way(question)
    if not kind_of(question).is_scored:
        return (0,)
    return tuple(sorted(question.right)) if question.kind in {"multiple", "clues"} else (
        max(question.right, key=lambda place: choices[place].weight),
    )  # fmt: skip


def best_way(question: Question) -> tuple[int, ...]:
    """Return a path through a scenario with full credit."""
    ways: list[tuple[int, ...]] = [(place,) for place in question.choices_at(0)]
    for way in ways:
        here = situation_after(question, way)
        if here is None and question.choices[way[-1]].weight == FULL_CREDIT:
            return way
        if here is not None and len(way) < 8:
            ways += [(*way, place) for place in question.choices_at(here)]
    raise AssertionError(question.name)


def filled(question: Question, answer: Answer) -> Iterator[QueryDict]:
    """Return the fields of each request: one request, or one for each step of a scenario."""
    post = QueryDict(mutable=True)
    if isinstance(answer, str):
        post["answer"] = answer
    elif question.kind == "scenario":
        for step in range(len(answer)):
            post = QueryDict(mutable=True)
            post.setlist("way", [str(place) for place in answer[:step]])
            post["answer"] = str(answer[step])
            yield post
        return
    elif question.kind == "ordering":
        for position, place in enumerate(answer, 1):
            post[f"put-{place}"] = str(position)
    elif kind_of(question).control == "pairs":
        for place, group in enumerate(answer):
            post[f"put-{place}"] = str(group)
    else:
        post.setlist("answer", [str(place) for place in answer])
    yield post


def fields_of(page: PageReader) -> dict[str, set[str] | None]:
    """Return the field names with their selectable values, None for free text."""
    fields: dict[str, set[str] | None] = {}
    select = ""
    for tag, attributes in page.elements:
        name = attributes.get("name", "")
        if tag == "select":
            select = name
            fields[select] = set()
        elif tag == "option":
            chosen = fields[select]
            assert chosen is not None
            chosen.add(attributes["value"])
        elif tag == "input" and name:
            if attributes["type"] == "text":
                fields[name] = None
            else:
                values = fields.setdefault(name, set())
                assert values is not None
                values.add(attributes["value"])
    return fields
