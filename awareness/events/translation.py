"""Translated fields of events."""

from modeltranslation.translator import TranslationOptions, register

from awareness.events import models


@register(models.Series)
class SeriesTranslation(TranslationOptions):
    fields = ("title", "summary")
    required_languages = {"sr": ("title",)}


@register(models.Event)
class EventTranslation(TranslationOptions):
    fields = ("title", "summary", "description", "access_note")
    required_languages = {"sr": ("title", "summary")}


@register(models.EventDate)
class EventDateTranslation(TranslationOptions):
    fields = ("cancellation_reason",)
