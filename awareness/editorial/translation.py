"""Which fields of the editorial app are written in both languages."""

from typing import ClassVar

from modeltranslation.translator import TranslationOptions, register

from awareness.editorial.models import Article, ArticleBlock, ContactPoint, Partner


@register(Partner)
class PartnerTranslation(TranslationOptions):
    fields = ("name", "note")
    required_languages: ClassVar = {"default": ("name",)}


@register(ContactPoint)
class ContactPointTranslation(TranslationOptions):
    fields = ("label",)


@register(Article)
class ArticleTranslation(TranslationOptions):
    fields = ("title", "summary")
    required_languages = ("sr",)


@register(ArticleBlock)
class ArticleBlockTranslation(TranslationOptions):
    fields = ("heading", "text", "alt", "captions")
