"""A game, where what it says comes from, and where one may go on from it."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager

from awareness.games.enums import COMMON_PARTS, PARTS_OF, GameKind
from awareness.publishing.audiences import Level
from awareness.publishing.models import Publication, appears_index, goes_index
from awareness.publishing.next_steps import NextKind
from awareness.topics.models import Topic

LONGEST_MINUTES = 60
# Parts name each other by keys: a scene can be written before the one that leads to it, and an editor sees the graph in the form.
KEY = r"^[a-z0-9][a-z0-9-]{0,39}$"
KEY_RULE = _("Small letters, digits and hyphens.")


def key_field(name: Any) -> "models.CharField[str, str]":
    """A short name by which other parts of the same game name this one."""
    return models.CharField(name, max_length=40, validators=[RegexValidator(KEY, KEY_RULE)])


def keyed(name: str, *columns: str) -> tuple[models.UniqueConstraint, models.CheckConstraint]:
    """Within a game a key is there once, and it is one. `columns` are those beside the key that tell rows apart."""
    return (
        models.UniqueConstraint(
            fields=("game", *columns, "key"),
            name=f"{name}_key_once",
            violation_error_message=_("This short name is there already."),
        ),
        models.CheckConstraint(condition=Q(key__regex=KEY), name=f"{name}_key_is_one"),
    )


class Game(Publication):
    """One game. Its parts hang on it by kind: see PARTS_OF; those of another kind mean nothing."""

    kind = models.CharField(pgettext_lazy("game", "kind"), max_length=5, choices=GameKind)
    level = models.CharField(_("level"), max_length=5, choices=Level)
    minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"), default=10, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)]
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="games", blank=True)
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300)
    closing = models.TextField(_("what to take along"), max_length=600, blank=True)

    versioned_parts: ClassVar[tuple[str, ...]] = (
        *COMMON_PARTS,
        *(name for names in PARTS_OF.values() for name in names),
    )

    class Meta(Publication.Meta):
        verbose_name = _("game")
        verbose_name_plural = _("games")
        ordering = ("level", "id")
        indexes = (appears_index("game_appears"), goes_index("game_goes"))
        constraints = (  # type: ignore[assignment]
            *Publication.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=GameKind.values), name="game_kind_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="game_level_known"),
            models.CheckConstraint(condition=Q(minutes__range=(1, LONGEST_MINUTES)), name="game_minutes_sensible"),
        )

    def __str__(self) -> str:
        return self.title


class GamePart(models.Model):
    """Base of what a game is made of; `order` is its place among its like."""

    game: models.ForeignKey[Game, Game]
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = MultilingualManager()

    class Meta:
        abstract = True
        ordering = ("order", "id")


class GameSource(GamePart):
    """Where what a game says comes from."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="sources")
    title = models.CharField(_("name of the source"), max_length=200)
    url = models.URLField(_("address"), blank=True)

    # Nothing of it is translated.
    objects = models.Manager()  # type: ignore[assignment, misc]

    class Meta(GamePart.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.title


class NextStep(GamePart):
    """Where one may go on. `slug` is an address within its kind: of a topic, a category of reports; help has none."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="next_steps")
    kind = models.CharField(_("where to"), max_length=8, choices=NextKind)
    slug = models.SlugField(
        _("address"),
        max_length=80,
        blank=True,
        help_text=_("Of the topic, resource, game, quiz or event. Empty for help."),
    )

    # Nothing of it is translated.
    objects = models.Manager()  # type: ignore[assignment, misc]

    class Meta(GamePart.Meta):
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        constraints = (models.CheckConstraint(condition=Q(kind__in=NextKind.values), name="next_step_kind_known"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.slug}".strip()
