"""Lock it: privacy settings and their viewers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.games.fields import Flag, Key, Keys, Rows, Text
from awareness.games.kinds.base import (
    ROUND_FIELD,
    Content,
    FormValues,
    GameKind,
    Playthrough,
    choice_value,
    read_deal,
    score,
)
from awareness.publishing.editor_hints import EditorHint


class Lock(GameKind):
    """Each setting of an account gets a safe option."""

    code = "lock"
    label = pgettext_lazy("game", "Lock it")
    template = "_lock"
    parts = (
        Rows(
            name="viewers",
            one="viewer",
            item=pgettext_lazy("game", "viewer"),
            items=_("Viewers"),
            shown="name",
            fields=(Key(name="key", label=_("short name")), Text(name="name", label=_("name"), most=60)),
            least=2,
            most=6,
        ),
        Rows(
            name="settings",
            one="setting",
            item=pgettext_lazy("game", "setting"),
            items=pgettext_lazy("game", "settings"),
            shown="label",
            fields=(
                Key(name="key", label=_("short name")),
                Text(name="label", label=_("name"), most=80),
                Text(name="question", label=_("question"), most=200),
                Text(
                    name="seen",
                    label=_("visible item"),
                    most=80,
                    help_text=_("As an item of a list, for example: your pictures"),
                ),
                ROUND_FIELD,
            ),
            least=1,
            most=20,
            lists=(
                Rows(
                    name="options",
                    one="option",
                    item=pgettext_lazy("game", "option"),
                    items=pgettext_lazy("game", "options"),
                    shown="text",
                    fields=(
                        Key(name="key", label=_("short name")),
                        Text(name="text", label=_("text"), most=100),
                        Keys(
                            name="shows",
                            label=_("visible to"),
                            refers="viewers",
                        ),
                        Flag(name="safe", label=_("safe")),
                        Text(name="why", label=_("why"), most=240),
                    ),
                    least=2,
                    most=6,
                ),
            ),
        ),
    )

    def play(self, content: Content, answers: FormValues) -> dict[str, Any]:
        viewers, settings = read_settings(content)
        deal = read_deal(settings, answers)
        chosen = chosen_options(deal.pick(settings), answers)
        views = visible_settings(viewers, chosen)
        return {
            "viewers": viewers,
            "chosen": chosen,
            "views": views,
            "deal": deal,
            **score(each.option.safe for each in chosen),
        }

    def playthrough(self, content: Content, seed: int) -> Playthrough:
        _viewers, settings = read_settings(content)
        texts, decisions = [], 0
        for number, setting in enumerate(self.scripted_deal(settings, seed).pick(settings)):
            # The safe option at once, or after an unsafe one.
            unsafe_first = (number + seed) % 3 == 0
            read = [option.why for option in setting.options if option.safe][:1]
            read += [option.why for option in setting.options if not option.safe][: int(unsafe_first)]
            texts += [
                setting.label,
                setting.question,
                setting.visible_item,
                *(option.text for option in setting.options),
                *read,
            ]
            decisions += len(read)
        return Playthrough(tuple(texts), decisions)

    def problems(self, content: Content) -> Iterator[tuple[str, str]]:
        for number, setting in enumerate(content["settings"]):
            safe = sum(option["safe"] for option in setting["options"])
            if not 0 < safe < len(setting["options"]):
                yield f"settings[{number}].options", "at least one must be safe and one unsafe"

    def hints(self, content: Content) -> Iterator[EditorHint]:
        viewers, settings = read_settings(content)
        if len(viewers) < 2:
            yield EditorHint(gettext("Viewers"), gettext("Add at least two."))
        for setting in settings:
            safe = sum(option.safe for option in setting.options)
            if not safe:
                yield EditorHint(setting.label, gettext("No option is safe."))
            elif safe == len(setting.options):
                yield EditorHint(setting.label, gettext("Every option is safe. Add at least one unsafe option."))


@dataclass(frozen=True)
class Viewer:
    """A person or group that may view the account."""

    key: str
    name: str


@dataclass(frozen=True)
class Option:
    """An option of a setting, with the keys of viewers who see the content, and whether it is safe."""

    key: str
    text: str
    shows: tuple[str, ...]
    safe: bool
    why: str


@dataclass(frozen=True)
class Setting:
    """A setting: its name, its question, and the content it makes visible."""

    key: str
    label: str
    question: str
    visible_item: str
    options: tuple[Option, ...]
    round: int = 1


@dataclass(frozen=True)
class ChosenOption:
    """A setting with its chosen option. `name` is its form field."""

    setting: Setting
    name: str
    option: Option


@dataclass(frozen=True)
class VisibleSettings:
    """The settings, each with whether its content is visible to a viewer."""

    viewer: Viewer
    settings: tuple[tuple[Setting, bool], ...]

    @property
    def count(self) -> int:
        """Return the number of visible items."""
        return sum(visible for _setting, visible in self.settings)


def default_option(setting: Setting) -> Option:
    """Return the default option of a new account: the most visible one, then an unsafe one, then the first.

    Social networks often use such defaults.
    """
    return max(setting.options, key=lambda option: (len(option.shows), not option.safe))


def chosen_options(settings: Sequence[Setting], answers: FormValues) -> list[ChosenOption]:
    """Return each setting with its chosen or default option. Settings without options are skipped."""
    chosen = []
    for place, setting in enumerate(settings, 1):
        if setting.options:
            name = f"setting-{place}"
            key = choice_value(answers, name, [option.key for option in setting.options])
            option = next((option for option in setting.options if option.key == key), default_option(setting))
            chosen.append(ChosenOption(setting, name, option))
    return chosen


def visible_settings(viewers: Sequence[Viewer], chosen: Sequence[ChosenOption]) -> list[VisibleSettings]:
    """Return the visible settings of each viewer."""
    return [
        VisibleSettings(viewer, tuple((each.setting, viewer.key in each.option.shows) for each in chosen))
        for viewer in viewers
    ]


def read_settings(content: Content) -> tuple[list[Viewer], list[Setting]]:
    """Return the viewers, and the settings with their options."""
    return (
        [Viewer(**each) for each in content["viewers"]],
        [
            Setting(
                each["key"],
                each["label"],
                each["question"],
                each["seen"],
                tuple(Option(**option | {"shows": tuple(option["shows"])}) for option in each["options"]),
                each["round"],
            )
            for each in content["settings"]
        ],
    )
