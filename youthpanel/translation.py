"""Translated fields of the panel, for modeltranslation."""

from modeltranslation.translator import TranslationOptions, register

from youthpanel import models


@register([models.Cohort, models.Theme])
class NameTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("sr",)


@register(models.Meeting)
class MeetingTranslation(TranslationOptions):
    fields = ("title", "agenda")
    required_languages = {"sr": ("title",)}


@register([models.Decision, models.Question, models.QuestionChoice, models.Quotation, models.Statement])
class TextTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = ("sr",)


@register(models.Response)
class ResponseTranslation(TranslationOptions):
    fields = ("text",)


@register(models.Consultation)
class ConsultationTranslation(TranslationOptions):
    fields = ("title", "summary", "introduction", "outcome")
    required_languages = {"sr": ("title", "summary")}


@register(models.Recommendation)
class RecommendationTranslation(TranslationOptions):
    fields = ("title", "text", "child_text", "addressee")
    required_languages = {"sr": ("title", "text", "addressee")}


@register(models.WhitePaper)
class WhitePaperTranslation(TranslationOptions):
    fields = ("title", "foreword", "method")
    required_languages = {"sr": ("title",)}


@register(models.Chapter)
class ChapterTranslation(TranslationOptions):
    fields = ("title", "text")
    required_languages = ("sr",)


@register([models.Edition, models.EditionDraft])
class EditionTranslation(TranslationOptions):
    fields = ("changes",)


@register(models.Handover)
class HandoverTranslation(TranslationOptions):
    fields = ("recipient",)
    required_languages = ("sr",)


@register(models.ResponseLetter)
class ResponseLetterTranslation(TranslationOptions):
    fields = ("title", "description")
    required_languages = {"sr": ("title", "description")}
