"""Translated fields of the library."""

from modeltranslation.translator import TranslationOptions, register

from awareness.library.models import Resource, ResourceFile


@register(Resource)
class ResourceTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "use_in_class", "teaches", "keywords", "approval_note")
    required_languages = ("sr",)


@register(ResourceFile)
class ResourceFileTranslation(TranslationOptions):
    fields = ("label",)
