"""The parts of sorting games and of pairs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.games.models.game import KEY, Game, GamePart, key_field, keyed


class Bin(GamePart):
    """Where cards are put."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="bins")
    key = key_field(_("short name"))
    name = models.CharField(_("name"), max_length=60)

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("game", "bin")
        verbose_name_plural = pgettext_lazy("game", "bins")
        constraints = (*keyed("bin"),)

    def __str__(self) -> str:
        return self.name


class Card(GamePart):
    """Something to sort; `bin` is the key of where it belongs best."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="cards")
    text = models.CharField(_("text"), max_length=120)
    bin = key_field(_("belongs to the bin"))
    why = models.CharField(_("why"), max_length=240)

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("game", "card")
        verbose_name_plural = pgettext_lazy("game", "cards")
        constraints = (models.CheckConstraint(condition=Q(bin__regex=KEY), name="card_bin_is_a_key"),)

    def __str__(self) -> str:
        return self.text


class Pair(GamePart):
    """A word and what it means, a threat and what helps against it."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="pairs")
    word = models.CharField(_("word"), max_length=60)
    meaning = models.CharField(_("meaning"), max_length=160)
    why = models.CharField(_("worth knowing"), max_length=240, blank=True)

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("game", "pair")
        verbose_name_plural = pgettext_lazy("game", "pairs")

    def __str__(self) -> str:
        return self.word
