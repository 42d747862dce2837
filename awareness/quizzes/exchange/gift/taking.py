"""How a text of a GIFT file is taken over: in its language, without markup, with notes by line."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from awareness.quizzes.exchange.findings import Note
from awareness.quizzes.exchange.gift.plain import plain
from awareness.quizzes.exchange.gift.symbols import FORMAT, WEIGHT, release
from awareness.quizzes.questions.shape import WHOLE, Words

_FIVE_PLACES: Final = Decimal("0.00001")


class Taking:
    """Texts out of one question. `line_of` says in which line of the file a place of its text is; `lines` are those of its answers."""

    def __init__(self, language: str, line_of: Callable[[int], int]) -> None:
        self.language = language
        self.line_of = line_of
        self.format = "moodle"
        self.notes: list[Note] = []
        self.lines: list[int] = []

    def note(self, place: int, what: str, *, blocking: bool = True) -> None:
        """Something about what stands at `place`."""
        self.notes.append(Note(self.line_of(place), what, blocking))

    def words(self, text: str) -> Words:
        """A text in the language of the file."""
        return Words(en=text) if self.language == "en" else Words(sr=text)

    def text(self, held: str, place: int, *, sets_format: bool = False) -> str:
        """What a text says that begins at `place`; with `sets_format` its format is that of the texts that follow."""
        place += len(held) - len(held.lstrip())
        held = held.strip()
        form = self.format
        if match := FORMAT.match(held):
            form, held = match[1], held[match.end() :]
        if sets_format:
            self.format = form
        said, marked = plain(release(held), form)
        if marked:
            what = (
                _("A picture was left out, and the markup with it: texts are plain here.")
                if "<img" in held.lower()
                else _("The markup was left out: texts are plain here.")
            )
            self.note(place, what, blocking=False)
        return said

    def weight(self, held: str, place: int, usual: Decimal) -> tuple[Decimal, str]:
        """The weight that is written before an answer, else the usual one, and the answer without it."""
        held = held.lstrip()
        match = WEIGHT.match(held)
        if match is None:
            return usual, held
        weight = Decimal(match[1])
        if abs(weight) > WHOLE:
            self.note(place, _("A weight is between -100 and 100 percent."))
            weight = usual
        return weight.quantize(_FIVE_PLACES) + 0, held[match.end() :]
