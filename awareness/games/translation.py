"""Translated fields of games. The texts of the content are translated within it."""

from modeltranslation.translator import TranslationOptions, register

from awareness.games.models import Game


@register(Game)
class GameTranslation(TranslationOptions):
    fields = ("title", "summary", "closing")
    required_languages = {"sr": ("title", "summary")}
