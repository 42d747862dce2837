"""The parts of a story: meters, people, scenes, and choices that lead from scene to scene."""

import re
from collections.abc import Mapping

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.games.enums import Ending, Look, Mood
from awareness.games.models.game import KEY, KEY_RULE, Game, GamePart, key_field, keyed
from awareness.games.rules.story import HIGHEST

# "trust: +1, safety: -2"
EFFECTS = r"^$|^[a-z0-9][a-z0-9-]{0,39}: [+-][0-9]{1,2}(, [a-z0-9][a-z0-9-]{0,39}: [+-][0-9]{1,2})*$"
_EFFECT = re.compile(r"([a-z0-9-]{1,40}): ([+-][0-9]+)")


def read_effects(text: str) -> dict[str, int]:
    """What a choice does to each meter, by its key."""
    return {key: int(by) for key, by in _EFFECT.findall(text)}


def write_effects(effects: Mapping[str, int]) -> str:
    """The same as text."""
    return ", ".join(f"{key}: {by:+d}" for key, by in effects.items())


class Meter(GamePart):
    """Something that choices raise and lower, from 0 to 10."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="meters")
    key = key_field(_("short name"))
    name = models.CharField(_("name"), max_length=40)
    start = models.PositiveSmallIntegerField(_("at the start"), default=5, validators=[MaxValueValidator(HIGHEST)])

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("story", "meter")
        verbose_name_plural = pgettext_lazy("story", "meters")
        constraints = (
            *keyed("meter"),
            models.CheckConstraint(condition=Q(start__lte=HIGHEST), name="meter_start_within"),
        )

    def __str__(self) -> str:
        return self.name


class Character(GamePart):
    """A person of a story."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="characters")
    key = key_field(_("short name"))
    name = models.CharField(_("name"), max_length=60)
    look = models.CharField(_("look"), max_length=8, choices=Look)

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("story", "character")
        verbose_name_plural = pgettext_lazy("story", "characters")
        constraints = (
            *keyed("character"),
            models.CheckConstraint(condition=Q(look__in=Look.values), name="character_look_known"),
        )

    def __str__(self) -> str:
        return self.name


class Scene(GamePart):
    """One picture of a story; the first one is the start. `speaker` is the key of a character, empty for the narrator."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="scenes")
    key = key_field(_("short name"))
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"), max_length=700)
    speaker = models.CharField(
        _("who speaks"),
        max_length=40,
        blank=True,
        validators=[RegexValidator(KEY, KEY_RULE)],
        help_text=_("The short name of a character. Empty: the narrator."),
    )
    mood = models.CharField(_("mood"), max_length=7, choices=Mood, default=Mood.CALM)
    ending = models.CharField(
        _("ending"), max_length=5, choices=Ending, blank=True, help_text=_("Empty: the story goes on.")
    )

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("story", "scene")
        verbose_name_plural = pgettext_lazy("story", "scenes")
        constraints = (
            *keyed("scene"),
            models.CheckConstraint(condition=Q(mood__in=Mood.values), name="scene_mood_known"),
            models.CheckConstraint(condition=Q(ending__in=["", *Ending.values]), name="scene_ending_known"),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"


class SceneChoice(GamePart):
    """What one may do in the scene with the key `scene`; it leads to the one with the key `leads_to`. `effects`: see `read_effects`."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="choices")
    scene = key_field(_("in the scene"))
    text = models.CharField(pgettext_lazy("story", "choice"), max_length=160)
    leads_to = key_field(_("leads to the scene"))
    why = models.CharField(
        _("what it brings"), max_length=240, blank=True, help_text=_("Said in the scene that it leads to.")
    )
    effects = models.CharField(
        _("meters"),
        max_length=100,
        blank=True,
        validators=[RegexValidator(EFFECTS, _("Write it like this: trust: +1, safety: -2"))],
        help_text=_("By the short name of the meter, for example: trust: +1, safety: -2"),
    )

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("story", "choice")
        verbose_name_plural = pgettext_lazy("story", "choices")
        constraints = (
            models.CheckConstraint(
                condition=Q(scene__regex=KEY, leads_to__regex=KEY), name="choice_between_keys_of_scenes"
            ),
            models.CheckConstraint(condition=Q(effects__regex=EFFECTS), name="choice_effects_are_read"),
        )

    def __str__(self) -> str:
        return f"{self.scene} → {self.leads_to}"
