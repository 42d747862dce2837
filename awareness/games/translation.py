"""Which texts of games are written in both languages."""

from modeltranslation.translator import TranslationOptions, register

from awareness.games import models


@register(models.Game)
class GameTranslation(TranslationOptions):
    fields = ("title", "summary", "closing")
    required_languages = {"sr": ("title", "summary")}


@register([models.Meter, models.Character, models.Bin, models.Viewer])
class NameTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("sr",)


@register(models.Scene)
class SceneTranslation(TranslationOptions):
    fields = ("title", "text")
    required_languages = ("sr",)


@register(models.MockPage)
class MockTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("sr",)


@register(models.SceneChoice)
class SceneChoiceTranslation(TranslationOptions):
    fields = ("text", "why")
    required_languages = {"sr": ("text",)}


@register([models.Card, models.MockPagePart, models.PrivacyOption])
class ExplainedTranslation(TranslationOptions):
    fields = ("text", "why")
    required_languages = ("sr",)


@register(models.Pair)
class PairTranslation(TranslationOptions):
    fields = ("word", "meaning", "why")
    required_languages = {"sr": ("word", "meaning")}


@register(models.PrivacySetting)
class PrivacySettingTranslation(TranslationOptions):
    fields = ("label", "question", "seen")
    required_languages = ("sr",)
