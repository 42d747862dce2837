"""Fills in questions as a browser does."""

from collections.abc import Iterator

from django.http import QueryDict

from awareness.quizzes.enums import PAIRING_KINDS, WRITTEN_KINDS, QuestionKind
from awareness.quizzes.kinds.answers import Answer, situation_after
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Question
from tests.awareness.reader import PageReader

# Answers to `making.EACH_KIND`.
RIGHT: dict[QuestionKind, Answer] = {
    QuestionKind.SINGLE: (1,),
    QuestionKind.MULTIPLE: (0, 2),
    QuestionKind.TRUE_FALSE: (1,),
    QuestionKind.ORDERING: (0, 1, 2, 3),
    QuestionKind.MATCHING: (0, 1, 2),
    QuestionKind.SORTING: (0, 1, 0, 2),
    QuestionKind.CLUES: (1, 2),
    QuestionKind.SCENARIO: (1,),
    QuestionKind.POLL: (2,),
    QuestionKind.SHORT: "лозинка (ср)",
    QuestionKind.NUMERIC: "15,2",
}
WRONG: dict[QuestionKind, Answer] = {
    QuestionKind.SINGLE: (0,),
    QuestionKind.MULTIPLE: (1, 3),
    QuestionKind.TRUE_FALSE: (0,),
    QuestionKind.ORDERING: (3, 2, 1, 0),
    QuestionKind.MATCHING: (1, 2, 0),
    QuestionKind.SORTING: (1, 0, 1, 0),
    QuestionKind.CLUES: (0, 3),
    QuestionKind.SCENARIO: (0, 2),
    QuestionKind.SHORT: "не знам",
    QuestionKind.NUMERIC: "3",
}


def best(question: Question) -> Answer:
    """An answer that brings the whole credit (of a poll: any)."""
    choices = question.choices
    if question.kind in WRITTEN_KINDS:
        return next(choice.text.sr for choice in choices if choice.weight == FULL_CREDIT)
    if question.kind == QuestionKind.ORDERING:
        return tuple(range(len(choices)))
    if question.kind in PAIRING_KINDS:
        return tuple(question.groups.index(choice.match) for choice in choices)
    if question.kind == QuestionKind.SCENARIO:
        return best_way(question)
    if question.kind == QuestionKind.POLL:
        return (0,)
    return tuple(sorted(question.right)) if question.kind in {QuestionKind.MULTIPLE, QuestionKind.CLUES} else (
        max(question.right, key=lambda place: choices[place].weight),
    )  # fmt: skip


def best_way(question: Question) -> tuple[int, ...]:
    """A way through a scenario that does."""
    ways: list[tuple[int, ...]] = [(place,) for place in question.choices_at(0)]
    for way in ways:
        here = situation_after(question, way)
        if here is None and question.choices[way[-1]].weight == FULL_CREDIT:
            return way
        if here is not None and len(way) < 8:
            ways += [(*way, place) for place in question.choices_at(here)]
    raise AssertionError(question.name)


def filled(question: Question, answer: Answer) -> Iterator[QueryDict]:
    """The fields of each sending that it takes: one, of a scenario one a step."""
    post = QueryDict(mutable=True)
    if isinstance(answer, str):
        post["answer"] = answer
    elif question.kind == QuestionKind.SCENARIO:
        for step in range(len(answer)):
            post = QueryDict(mutable=True)
            post.setlist("way", [str(place) for place in answer[:step]])
            post["answer"] = str(answer[step])
            yield post
        return
    elif question.kind == QuestionKind.ORDERING:
        for position, place in enumerate(answer, 1):
            post[f"put-{place}"] = str(position)
    elif question.kind in PAIRING_KINDS:
        for place, group in enumerate(answer):
            post[f"put-{place}"] = str(group)
    else:
        post.setlist("answer", [str(place) for place in answer])
    yield post


def fields_of(page: PageReader) -> dict[str, set[str] | None]:
    """The names of its fields with the values that can be chosen; None where anything can be written."""
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
                known = fields.setdefault(name, set())
                assert known is not None
                known.add(attributes["value"])
    return fields
