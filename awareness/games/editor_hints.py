"""What an editor is told about a game after saving it: nothing here stops a page, everything here makes it better."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from awareness.games.enums import PARTS_OF, GameKind
from awareness.games.mappers import StoredParts, read_mocks, read_settings, read_sorting, read_story
from awareness.games.models import Game
from awareness.games.rules.story_graph import SceneFault, StoryFault, story_faults
from awareness.publishing.editor_hints import EditorHint, missing_english_hints, record_hints
from awareness.publishing.next_steps import is_step_available


def game_hints(game: Game) -> list[EditorHint]:
    """Of the game and all its parts."""
    parts = StoredParts(game)
    found = [*record_hints(game), *_OF_KIND[GameKind(game.kind)](parts)]
    if not game.closing:
        found.append(EditorHint(_("What to take along"), _("Whoever has played is told nothing at the end.")))
    if not parts["next_steps"]:
        found.append(EditorHint(_("Next steps"), _("Nobody knows where to go on.")))
    for step in parts["next_steps"]:
        if not is_step_available(step, now=timezone.now()):
            found.append(
                EditorHint(f"{_('Next steps')}, {step}", _("It leads nowhere: there is nothing at this address."))
            )
    for relation in PARTS_OF[game.kind]:
        for number, row in enumerate(parts[relation], 1):
            if any(missing_english_hints(row)):
                found.append(EditorHint(f"{_name(row)} {number} ({row})", _("The English text is missing.")))
    return found


def fault_text(found: SceneFault) -> str:
    """A fault of a story in words."""
    match found.fault:
        case StoryFault.MISSING:
            return _("A choice leads to “%(scene)s”, which is not there.") % {"scene": found.about}
        case StoryFault.UNREACHABLE:
            return _("No choice leads here.")
        case StoryFault.DEAD_END:
            return _("A dead end: neither choices nor an ending.")
        case StoryFault.GOES_ON:
            return _("An ending with choices: it should have one or the other.")
        case StoryFault.ENDLESS:
            return _("A loop without end: from here no way comes to an ending.")


def _name(row: Any) -> str:
    return capfirst(str(row._meta.verbose_name))


def _of_story(parts: StoredParts) -> Iterator[EditorHint]:
    story = read_story(parts)
    if not story.scenes:
        yield EditorHint(_("Scenes"), _("There is none yet. The first one is the start."))
    for found in story_faults(story):
        yield EditorHint(f"{_('Scene')} {found.scene}", fault_text(found))
    if story.scenes and sum(bool(scene.ending) for scene in story.scenes) < 2:
        yield EditorHint(_("Scenes"), _("There should be at least two endings."))
    speakers = {scene.speaker for scene in story.scenes}
    for character in story.characters:
        if character.key not in speakers:
            yield EditorHint(f"{_('Character')} {character.name}", _("Never speaks."))


def _of_sort(parts: StoredParts) -> Iterator[EditorHint]:
    bins, cards = read_sorting(parts)
    if len(bins) < 2:
        yield EditorHint(_("Bins"), _("There should be at least two."))
    filled = Counter(card.bin for card in cards)
    for each in bins:
        if not filled[each.key]:
            yield EditorHint(f"{_('Bin')} {each.name}", _("No card belongs here."))


def _of_pairs(parts: StoredParts) -> Iterator[EditorHint]:
    if len(parts["pairs"]) < 3:
        yield EditorHint(_("Pairs"), _("There should be at least three."))
    for text, number in Counter(row.meaning for row in parts["pairs"]).items():
        if number > 1:
            yield EditorHint(_("Pairs"), _("Two words have the same meaning: “%(text)s”.") % {"text": text})


def _of_spot(parts: StoredParts) -> Iterator[EditorHint]:
    mocks = read_mocks(parts)
    if not mocks:
        yield EditorHint(_("Mock pages"), _("There is none yet."))
    for mock in mocks:
        clues = sum(part.clue for part in mock.parts)
        if not clues:
            yield EditorHint(mock.title, _("There is no clue to find."))
        elif clues == len(mock.parts):
            yield EditorHint(mock.title, _("Everything is a clue: something should be all right."))


def _of_lock(parts: StoredParts) -> Iterator[EditorHint]:
    viewers, settings = read_settings(parts)
    if len(viewers) < 2:
        yield EditorHint(_("Viewers"), _("There should be at least two."))
    for setting in settings:
        safe = sum(option.safe for option in setting.options)
        if not safe:
            yield EditorHint(setting.label, _("No option is safe."))
        elif safe == len(setting.options):
            yield EditorHint(setting.label, _("Every option is safe: there is nothing to decide."))


_OF_KIND = {
    GameKind.STORY: _of_story,
    GameKind.SORT: _of_sort,
    GameKind.PAIRS: _of_pairs,
    GameKind.SPOT: _of_spot,
    GameKind.LOCK: _of_lock,
}
