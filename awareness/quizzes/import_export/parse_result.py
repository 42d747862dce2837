"""Parse results: questions and notes with their lines."""

from dataclasses import dataclass

from awareness.quizzes.kinds.schemas import Question


@dataclass(frozen=True, slots=True)
class ParseNote:
    """A note on a line (from 1; 0: the whole file). Blocking notes prevent the import."""

    line: int
    what: str
    blocking: bool = True

    def __str__(self) -> str:
        return f"{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question and its first line. Without a question, the notes give the reason. `source` is the question as GIFT, empty for JSON."""

    line: int
    question: Question | None
    notes: tuple[ParseNote, ...] = ()
    source: str = ""
