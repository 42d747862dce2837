"""Hints for editors about missing or inconsistent parts of a game. Hints do not block saving."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness.games.content_data import localize
from awareness.games.fields import Row, Rows
from awareness.games.kinds.registry import kind_of
from awareness.games.models import Game
from awareness.publishing.editor_hints import EditorHint, record_hints, script_hints
from awareness.publishing.next_steps import is_step_available
from clicksafely.common.i18n.language import SERBIAN


def game_hints(game: Game) -> list[EditorHint]:
    """Return the hints for a game and its content."""
    language = get_language() or SERBIAN
    found = [*record_hints(game), *kind_of(game).hints(game.content_in(language))]
    if not game.closing:
        found.append(EditorHint(_("Key message"), _("The game has no key message at the end.")))
    if not game.next_steps:
        found.append(EditorHint(_("Next steps"), _("No next steps are listed.")))
    for step in game.next_steps:
        if not is_step_available(step, now=timezone.now()):
            where = f"{_('Next steps')}, {step}"
            found.append(EditorHint(where, _("The link does not work. There is no page at this address.")))
    for rows in kind_of(game).parts:
        found += _row_hints(rows, game.content[rows.name], language)
    return found


def _row_hints(rows: Rows, values: list[Row], language: str) -> Iterator[EditorHint]:
    for number, row in enumerate(values, 1):
        texts = [(each.text(row[each.name], "sr"), each.text(row[each.name], "en")) for each in rows.fields]
        where = f"{capfirst(str(rows.item))} {number} ({localize(row[rows.shown], language)})"
        if any(serbian and not english for serbian, english in texts):
            yield EditorHint(where, _("The English text is missing."))
        for what in script_hints("\n".join(text for both in texts for text in both)):
            yield EditorHint(where, what)
    for each in rows.lists:
        yield from _row_hints(each, [inner for row in values for inner in row[each.name]], language)
