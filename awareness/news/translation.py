"""Translated fields of articles and blocks."""

from modeltranslation.translator import TranslationOptions, register

from awareness.news.models import Article, ArticleBlock


@register(Article)
class ArticleTranslation(TranslationOptions):
    fields = ("title", "summary")
    required_languages = ("sr",)


@register(ArticleBlock)
class ArticleBlockTranslation(TranslationOptions):
    fields = ("heading", "text", "alt", "captions")
