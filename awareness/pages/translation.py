"""Translated fields of partners and contact points."""

from typing import ClassVar

from modeltranslation.translator import TranslationOptions, register

from awareness.pages.models import ContactPoint, Partner


@register(Partner)
class PartnerTranslation(TranslationOptions):
    fields = ("name", "note")
    required_languages: ClassVar = {"default": ("name",)}


@register(ContactPoint)
class ContactPointTranslation(TranslationOptions):
    fields = ("label",)
