"""Which fields of the ground are written in both languages."""

from modeltranslation.translator import TranslationOptions, register

from awareness.topics.models import Signpost


@register(Signpost)
class SignpostTranslation(TranslationOptions):
    fields = ("title", "description")
    required_languages = ("sr", "en")
