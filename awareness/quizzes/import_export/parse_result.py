"""What a file of questions was found to hold."""

from dataclasses import dataclass

from awareness.quizzes.kinds.schemas import Question


@dataclass(frozen=True, slots=True)
class ParseNote:
    """Something to know about a place in a file: its line (from 1; 0: the whole file). What blocks has to be mended first."""

    line: int
    what: str
    blocking: bool = True

    def __str__(self) -> str:
        return f"{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question and the line in which it begins; without one the notes say why it could not be read."""

    line: int
    question: Question | None
    notes: tuple[ParseNote, ...] = ()
