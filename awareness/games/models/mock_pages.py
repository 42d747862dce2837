"""The parts of games in which something is wrong with a mock page."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.games.enums import Frame, Role
from awareness.games.models.game import KEY, Game, GamePart, key_field, keyed


class MockPage(GamePart):
    """A mock page: a profile, a message, a shop."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="mocks")
    key = key_field(_("short name"))
    frame = models.CharField(_("what it looks like"), max_length=7, choices=Frame)
    title = models.CharField(_("title"), max_length=120)

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("game", "mock page")
        verbose_name_plural = pgettext_lazy("game", "mock pages")
        constraints = (
            *keyed("mock"),
            models.CheckConstraint(condition=Q(frame__in=Frame.values), name="mock_frame_known"),
        )

    def __str__(self) -> str:
        return self.title


class MockPagePart(GamePart):
    """A part of the mock page with the key `mock`, in reading order; a clue is one that should make you think."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="mock_parts")
    mock = key_field(_("on the mock page"))
    role = models.CharField(_("what it is"), max_length=7, choices=Role, default=Role.TEXT)
    text = models.CharField(_("text"), max_length=240)
    clue = models.BooleanField(_("a clue"), default=False)
    why = models.CharField(_("why"), max_length=240)

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("game", "part of a mock page")
        verbose_name_plural = pgettext_lazy("game", "parts of mock pages")
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="mock_part_role_known"),
            models.CheckConstraint(condition=Q(mock__regex=KEY), name="mock_part_of_a_key"),
        )

    def __str__(self) -> str:
        return self.text
