"""An answer that is written, as readers of a language write it."""

from awareness.quizzes.questions.answers import read_number
from awareness.quizzes.questions.kinds import Kind
from awareness.quizzes.questions.shape import Choice
from clicksafely.common.language import ENGLISH


def written_text(choice: Choice, language: str, kind: Kind) -> str:
    """A word as it stands there; a number with its tolerance, and a comma in Serbian."""
    text = choice.text.read(language)
    number = read_number(text) if kind == Kind.NUMERIC else None
    if number is None:
        return text
    said = f"{number:f}" + (f" ± {choice.tolerance.normalize():f}" if choice.tolerance else "")
    return said if language == ENGLISH else said.replace(".", ",")
