"""Model of a game. Its content is one document, as in the import format."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.games.content_data import RESERVED_SLUGS, Content, GameSource, NextStep, empty_content, localize
from awareness.games.import_export.schema import draft_problems
from awareness.games.kinds.registry import GAME_KINDS, kind_choices
from awareness.publishing.audiences import Level
from awareness.publishing.models import CheckedRecord, Publication, appears_index, goes_index
from awareness.topics.models import Topic

__all__ = ["Game", "GameSource", "NextStep"]

MAX_MINUTES = 60


class Game(CheckedRecord, Publication):
    """A game. `content` has the lists of its kind and its sources and next steps, with texts in `sr` and `en`."""

    kind = models.CharField(pgettext_lazy("game", "kind"), max_length=16, choices=kind_choices)
    level = models.CharField(_("level"), max_length=5, choices=Level)
    minutes = models.PositiveSmallIntegerField(
        _("minutes it takes"), default=10, validators=[MinValueValidator(1), MaxValueValidator(MAX_MINUTES)]
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), related_name="games", blank=True)
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300)
    closing = models.TextField(_("key message"), max_length=600, blank=True)
    content = models.JSONField(_("content"), default=dict)

    impersonal_fields: ClassVar = "slug title summary closing content"

    class Meta(Publication.Meta):
        verbose_name = _("game")
        verbose_name_plural = _("games")
        ordering = ("level", "id")
        indexes = (appears_index("game_appears"), goes_index("game_goes"))
        constraints = (  # type: ignore[assignment]
            *Publication.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=list(GAME_KINDS)), name="game_kind_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="game_level_known"),
            models.CheckConstraint(condition=Q(minutes__range=(1, MAX_MINUTES)), name="game_minutes_sensible"),
            models.CheckConstraint(
                condition=Exact(Func("content", function="jsonb_typeof", output_field=models.CharField()), "object"),
                name="game_content_is_an_object",
                violation_error_message=_("The content of the game is not an object."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new game empty lists."""
        self.content = empty_content(self.kind) | self.content
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse content that is not of the game's kind, and the address of another page."""
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("This address belongs to another page.")})
        if self.kind in GAME_KINDS and (found := draft_problems(self.kind, empty_content(self.kind) | self.content)):
            raise ValidationError({"content": found})

    @property
    def is_in_klik_world(self) -> bool:
        """Return whether the map for the youngest shows the game."""
        return self.level == Level.YOUNGEST

    @property
    def sources(self) -> list[GameSource]:
        """The sources of the game's content."""
        return [GameSource(**each) for each in self.content["sources"]]

    @property
    def next_steps(self) -> list[NextStep]:
        """The suggested next pages."""
        return [NextStep(**each) for each in self.content["next"]]

    def content_in(self, language: str) -> Content:
        """Return the content in one language, "sr" or "en", with Serbian texts where English ones are missing."""
        content: Content = localize(self.content, language)
        return content
