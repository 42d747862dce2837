"""What a form has brought back: the fields of an address, as far as they mean something. Nothing in it is trusted, and nothing raises."""

from collections.abc import Mapping, Sequence

# Values of an address by name, as `dict(QueryDict.lists())` has them.
type FormValues = Mapping[str, Sequence[str]]

DONE = "done"


def is_submitted(answers: FormValues) -> bool:
    """Whether somebody has pressed the button; an empty form is an answer too."""
    return DONE in answers


def choice_value(answers: FormValues, name: str, known: Sequence[str]) -> str:
    """The value of a field, the last one where there are several; empty where it is none of those known."""
    given = answers.get(name) or [""]
    return given[-1] if given[-1] in known else ""


def number_value(answers: FormValues, name: str, most: int) -> int:
    """A number from 1 to `most`; 0 for anything else."""
    return int(choice_value(answers, name, [str(each) for each in range(1, most + 1)]) or 0)


def number_values(answers: FormValues, name: str, most: int) -> frozenset[int]:
    """The same where several may be chosen."""
    known = {str(each): each for each in range(1, most + 1)}
    return frozenset(known[value] for value in answers.get(name, ()) if value in known)
