"""Story: scenes with choices, to several endings. `rules.story` follows a path through it."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.games.enums import Ending, Look, Mood
from awareness.games.fields import Choice, Drawing, Effects, Key, Number, Rows, Text
from awareness.games.kinds.base import (
    Content,
    FormValues,
    GameKind,
    Playthrough,
)
from awareness.games.rules.story import (
    MAX_CHOICES,
    MAX_METER,
    MAX_STEPS,
    Character,
    Echo,
    Meter,
    Scene,
    Story,
    StoryChoice,
    endings,
    follow_path,
)
from awareness.games.rules.story_graph import SceneFault, StoryFault, story_faults
from awareness.publishing.editor_hints import EditorHint
from clicksafely.common.illustrations import AVAILABLE_ILLUSTRATIONS

# {fault: message of an import}
_FAULTS: Final = {
    StoryFault.UNREACHABLE: "no choice leads to this scene",
    StoryFault.DEAD_END: "has neither choices nor an ending",
    StoryFault.GOES_ON: "has both choices and an ending",
    StoryFault.ENDLESS: "no ending can be reached from this scene",
}


class StoryKind(GameKind):
    """The reader chooses what happens next in each scene."""

    code = "story"
    label = pgettext_lazy("game", "Story")
    template = "_story"
    has_scenes = True
    is_distressing = True
    parts = (
        Rows(
            name="meters",
            one="meter",
            item=pgettext_lazy("story", "meter"),
            items=pgettext_lazy("story", "meters"),
            shown="name",
            fields=(
                Key(name="key", label=_("short name")),
                Text(name="name", label=_("name"), most=40),
                Number(name="start", label=_("starting value"), least=0, most=MAX_METER, initial=5),
            ),
            most=4,
        ),
        Rows(
            name="characters",
            one="character",
            item=pgettext_lazy("story", "character"),
            items=pgettext_lazy("story", "characters"),
            shown="name",
            fields=(
                Key(name="key", label=_("short name")),
                Text(name="name", label=_("name"), most=60),
                Choice(name="look", label=_("look"), choices=Look),
            ),
            most=12,
        ),
        Rows(
            name="scenes",
            one="scene",
            item=pgettext_lazy("story", "scene"),
            items=_("Scenes"),
            shown="key",
            fields=(
                Key(name="key", label=_("short name")),
                Key(
                    name="speaker",
                    label=_("speaker"),
                    required=False,
                    refers="characters",
                    help_text=_("Empty for the narrator."),
                ),
                Choice(name="mood", label=_("mood"), choices=Mood),
                Choice(
                    name="ending",
                    label=_("ending"),
                    choices=Ending,
                    blank=True,
                    default="",
                    help_text=_("Leave it empty if the story continues."),
                ),
                Text(name="title", label=_("title"), most=80),
                Text(name="text", label=_("text"), most=700),
                Drawing(name="picture", label=_("drawing"), required=False, default="", folder="stories"),
                Text(name="alt", label=_("description of the drawing"), most=240, default=None),
            ),
            least=1,
            most=100,
            lists=(
                Rows(
                    name="choices",
                    one="choice",
                    item=pgettext_lazy("story", "choice"),
                    items=pgettext_lazy("story", "choices"),
                    shown="text",
                    fields=(
                        Text(name="text", label=pgettext_lazy("story", "choice"), most=160),
                        Key(name="to", label=_("leads to the scene"), refers="scenes"),
                        Text(
                            name="why",
                            label=_("consequence"),
                            most=240,
                            default=None,
                            help_text=_("Shown in the next scene."),
                        ),
                        Effects(
                            name="effects",
                            label=_("meters"),
                            most=MAX_METER,
                            default={},
                            refers="meters",
                        ),
                        Key(
                            name="key",
                            label=_("short name"),
                            required=False,
                            default="",
                            help_text=_("Only if a later scene refers to this choice."),
                        ),
                    ),
                    most=MAX_CHOICES,
                ),
                Rows(
                    name="echoes",
                    one="echo",
                    item=pgettext_lazy("story", "reference to an earlier choice"),
                    items=pgettext_lazy("story", "references to earlier choices"),
                    shown="choice",
                    fields=(
                        Key(
                            name="choice",
                            label=pgettext_lazy("story", "earlier choice"),
                            help_text=_("A choice that has a short name. The text is shown only after that choice."),
                            offers="choices",
                        ),
                        Text(name="text", label=_("text"), most=300),
                    ),
                    most=6,
                    optional=True,
                ),
            ),
        ),
    )

    def play(self, content: Content, answers: FormValues) -> dict[str, Any]:
        story = read_story(content)
        return {
            "story": story,
            "start": story.scenes[0].key if story.scenes else "",
            "endings": len(endings(story)),
            "lost": "lost" in answers,
        }

    def problems(self, content: Content) -> Iterator[tuple[str, str]]:
        order = [scene["key"] for scene in content["scenes"]]
        choices = {choice["key"] for scene in content["scenes"] for choice in scene["choices"]} - {""}
        for number, scene in enumerate(content["scenes"]):
            for place, echo in enumerate(scene["echoes"]):
                if echo["choice"] not in choices:
                    yield f"scenes[{number}].echoes[{place}].choice", f"there is no choice {echo['choice']}"
            if scene["picture"] and f"stories/{scene['picture']}" not in AVAILABLE_ILLUSTRATIONS:
                yield f"scenes[{number}].picture", f"there is no drawing {scene['picture']}"
            if scene["picture"] and not scene["alt"]:
                yield f"scenes[{number}].alt", "is missing"
        for found in story_faults(read_story(content)):
            if found.fault != StoryFault.MISSING:
                yield f"scenes[{order.index(found.scene)}]", _FAULTS[found.fault]

    def playthrough(self, content: Content, seed: int) -> Playthrough:
        story = read_story(content)
        path, place = "", follow_path(story, "")
        texts = []
        while place is not None:
            texts += [place.scene.title, *place.echoes, place.scene.text, place.why]
            texts += [choice.text for choice in place.scene.choices]
            if not place.scene.choices or len(path) == MAX_STEPS:
                break
            path += str(1 + (seed + len(path)) * seed % len(place.scene.choices))
            place = follow_path(story, path)
        return Playthrough(tuple(texts), len(path))

    def hints(self, content: Content) -> Iterator[EditorHint]:
        story = read_story(content)
        if not story.scenes:
            yield EditorHint(gettext("Scenes"), gettext("The story has no scenes yet. It starts with the first scene."))
        for found in story_faults(story):
            yield EditorHint(f"{gettext('Scene')} {found.scene}", fault_text(found))
        if story.scenes and sum(bool(scene.ending) for scene in story.scenes) < 2:
            yield EditorHint(gettext("Scenes"), gettext("Add at least two endings."))
        speakers = {scene.speaker for scene in story.scenes}
        for character in story.characters:
            if character.key not in speakers:
                where = f"{gettext('Character')} {character.name}"
                yield EditorHint(where, gettext("This character does not speak in any scene."))


def read_story(content: Content) -> Story:
    """Return the story."""
    return Story(
        scenes=tuple(
            Scene(
                **scene
                | {
                    "choices": tuple(StoryChoice(**choice) for choice in scene["choices"]),
                    "echoes": tuple(Echo(**echo) for echo in scene["echoes"]),
                }
            )
            for scene in content["scenes"]
        ),
        meters=tuple(Meter(**each) for each in content["meters"]),
        characters=tuple(Character(**each) for each in content["characters"]),
    )


def fault_text(found: SceneFault) -> str:
    """Return the message for a fault of a story."""
    match found.fault:
        case StoryFault.MISSING:
            return gettext("A choice leads to the scene “%(scene)s”, which does not exist.") % {"scene": found.about}
        case StoryFault.UNREACHABLE:
            return gettext("No choice leads to this scene.")
        case StoryFault.DEAD_END:
            return gettext("This scene has neither choices nor an ending.")
        case StoryFault.GOES_ON:
            return gettext("This scene has both choices and an ending. Keep only one of them.")
        case StoryFault.ENDLESS:
            return gettext("No ending can be reached from this scene.")
