"""A quiz as plain data."""

from dataclasses import dataclass

from awareness.quizzes.questions.shape import Question, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What is said from a score (in percent) upwards."""

    from_percent: int
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What next: a `NextKind` and the slug in its address."""

    kind: str
    slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """A quiz with everything in it; `level` is a `Level`, `minutes` how long it takes, `topics` are slugs."""

    slug: str
    title: Words
    summary: Words
    level: str
    questions: tuple[Question, ...]
    minutes: int = 6
    topics: tuple[str, ...] = ()
    closings: tuple[Closing, ...] = ()
    next_steps: tuple[NextStep, ...] = ()

    def closing_at(self, percent: float) -> Words:
        """What is said at a score; nothing where none fits."""
        fitting = [closing for closing in self.closings if closing.from_percent <= percent]
        return max(fitting, key=lambda closing: closing.from_percent).text if fitting else Words()
