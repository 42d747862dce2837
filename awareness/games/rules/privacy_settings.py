"""Settings of an account, and who sees what with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from awareness.games.rules.form_values import FormValues, choice_value


@dataclass(frozen=True)
class Viewer:
    """Somebody who may look at the account."""

    key: str
    name: str


@dataclass(frozen=True)
class Option:
    """One way to set a setting: the keys of viewers who then see something, and whether that is a safe way."""

    key: str
    text: str
    shows: tuple[str, ...]
    safe: bool
    why: str


@dataclass(frozen=True)
class Setting:
    """A setting: its name, what it asks, and what is seen of the account with it."""

    key: str
    label: str
    question: str
    seen: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class ChosenOption:
    """A setting as it stands. `name` is its field in the form."""

    setting: Setting
    name: str
    option: Option

    @property
    def safer(self) -> tuple[Option, ...]:
        """The ways that are safe."""
        return tuple(option for option in self.setting.options if option.safe)


@dataclass(frozen=True)
class VisibleSettings:
    """What a viewer sees: each setting and whether it shows them anything."""

    viewer: Viewer
    seen: tuple[tuple[Setting, bool], ...]

    @property
    def count(self) -> int:
        """How much they see."""
        return sum(visible for _setting, visible in self.seen)


def default_option(setting: Setting) -> Option:
    """How a new account is set: so that the most people see it, as networks like it; of equals the one that is not safe, then the first."""
    return max(setting.options, key=lambda option: (len(option.shows), not option.safe))


def chosen_options(settings: Sequence[Setting], answers: FormValues) -> list[ChosenOption]:
    """Each setting with what was chosen for it, else as a new account has it. Settings without options are left out."""
    chosen = []
    for place, setting in enumerate(settings, 1):
        if setting.options:
            name = f"setting-{place}"
            key = choice_value(answers, name, [option.key for option in setting.options])
            option = next((option for option in setting.options if option.key == key), default_option(setting))
            chosen.append(ChosenOption(setting, name, option))
    return chosen


def visible_settings(viewers: Sequence[Viewer], chosen: Sequence[ChosenOption]) -> list[VisibleSettings]:
    """For each viewer what they see."""
    return [
        VisibleSettings(viewer, tuple((each.setting, viewer.key in each.option.shows) for each in chosen))
        for viewer in viewers
    ]
