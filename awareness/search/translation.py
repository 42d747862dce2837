"""Which fields are written in both languages: none; the words of a group are of all of them."""

from modeltranslation.translator import TranslationOptions, register

from awareness.search.models import SynonymGroup


@register(SynonymGroup)
class SynonymGroupTranslation(TranslationOptions):
    fields = ()
