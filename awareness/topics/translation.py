"""Translated fields of help lines, removal services and topics."""

from modeltranslation.translator import TranslationOptions, register

from awareness.topics.models import HelpLine, RemovalService, Topic, TopicAnswer


@register(HelpLine)
class HelpLineTranslation(TranslationOptions):
    fields = ("title", "description", "hours")
    required_languages = {"sr": ("title", "description"), "en": ("title", "description")}


@register(RemovalService)
class RemovalServiceTranslation(TranslationOptions):
    fields = ("description",)
    required_languages = ("sr", "en")


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("title", "summary", "keywords", "do_now", "law", "sources", "approval_note")
    required_languages = ("sr",)


@register(TopicAnswer)
class TopicAnswerTranslation(TranslationOptions):
    fields = ("title", "lead", "body")
    required_languages = ("sr",)
