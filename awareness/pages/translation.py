"""Translated fields of fixed pages, partners and contact points."""

from typing import ClassVar

from modeltranslation.translator import TranslationOptions, register

from awareness.pages.models import ContactPoint, FixedPage, PageSection, Partner


@register(FixedPage)
class FixedPageTranslation(TranslationOptions):
    fields = ("title", "summary", "heading", "lead", "keywords")
    required_languages: ClassVar = {"default": ("title", "summary", "heading", "lead")}


@register(PageSection)
class PageSectionTranslation(TranslationOptions):
    fields = ("title", "text")
    required_languages = ("sr", "en")


@register(Partner)
class PartnerTranslation(TranslationOptions):
    fields = ("name", "note")
    required_languages: ClassVar = {"default": ("name",)}


@register(ContactPoint)
class ContactPointTranslation(TranslationOptions):
    fields = ("label",)
