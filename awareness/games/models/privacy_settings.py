"""The parts of games about the settings of an account."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.games.models.game import KEY, KEY_RULE, Game, GamePart, key_field, keyed


class Viewer(GamePart):
    """Somebody who may look at the account."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="viewers")
    key = key_field(_("short name"))
    name = models.CharField(_("name"), max_length=60)

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("game", "viewer")
        verbose_name_plural = pgettext_lazy("game", "viewers")
        constraints = (*keyed("viewer"),)

    def __str__(self) -> str:
        return self.name


class PrivacySetting(GamePart):
    """A setting of the account. `seen` is what others see with it, as it stands in a list: "your pictures"."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="privacy_settings")
    key = key_field(_("short name"))
    label = models.CharField(_("name"), max_length=80)
    question = models.CharField(_("question"), max_length=200)
    seen = models.CharField(_("what is seen"), max_length=80, help_text=_("As in a list, for example: your pictures"))

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("game", "setting")
        verbose_name_plural = pgettext_lazy("game", "settings")
        constraints = (*keyed("privacy_setting"),)

    def __str__(self) -> str:
        return self.label


class PrivacyOption(GamePart):
    """One way to set the setting with the key `setting`; `shows` holds the keys of viewers who then see something."""

    game = models.ForeignKey(Game, on_delete=models.CASCADE, related_name="options")
    setting = key_field(_("of the setting"))
    key = key_field(_("short name"))
    text = models.CharField(_("text"), max_length=100)
    shows = ArrayField(
        models.CharField(max_length=40, validators=[RegexValidator(KEY, KEY_RULE)]),
        verbose_name=_("who then sees it"),
        default=list,
        blank=True,
        help_text=_("Short names of viewers, separated by commas."),
    )
    safe = models.BooleanField(_("safe"), default=False)
    why = models.CharField(_("why"), max_length=240)

    class Meta(GamePart.Meta):
        verbose_name = pgettext_lazy("game", "option")
        verbose_name_plural = pgettext_lazy("game", "options")
        constraints = (
            *keyed("privacy_option", "setting"),
            models.CheckConstraint(condition=Q(setting__regex=KEY), name="privacy_option_of_a_key"),
        )

    def __str__(self) -> str:
        return self.text
