"""Translated fields: none, because a synonym group contains words of all languages."""

from modeltranslation.translator import TranslationOptions, register

from awareness.search.models import SynonymGroup


@register(SynonymGroup)
class SynonymGroupTranslation(TranslationOptions):
    fields = ()
