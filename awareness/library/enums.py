"""Vocabularies of resource metadata, from LRMI and schema.org."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ResourceKind(models.TextChoices):
    """LRMI `learningResourceType`."""

    LESSON_PLAN = "lesson-plan", _("Lesson plan")
    WORKSHEET = "worksheet", _("Worksheet")
    PRESENTATION = "presentation", _("Presentation")
    GUIDE = "guide", _("Guide")
    HANDBOOK = "handbook", _("Handbook")
    LEAFLET = "leaflet", _("Leaflet")
    POSTER = "poster", _("Poster")
    PICTURE_BOOK = "picture-book", _("Picture book or comic")
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")
    RESEARCH = "research", _("Research")


class EducationalLevel(models.TextChoices):
    """LRMI `educationalLevel`, in the cycles of Serbian schools."""

    PRESCHOOL = "preschool", _("Preschool")
    LOWER_PRIMARY = "primary-1-4", _("Primary school, grades 1 to 4")
    UPPER_PRIMARY = "primary-5-8", _("Primary school, grades 5 to 8")
    SECONDARY = "secondary", _("Secondary school")
    ADULTS = "adults", _("Adult education")


class ResourceLanguage(models.TextChoices):
    """schema.org `inLanguage` as BCP 47 tags, with the script for languages that have two."""

    SERBIAN_CYRILLIC = "sr-Cyrl", _("Serbian, Cyrillic")
    SERBIAN_LATIN = "sr-Latn", _("Serbian, Latin")
    ENGLISH = "en", _("English")
    HUNGARIAN = "hu", _("Hungarian")
    ROMANI = "rom", _("Romani")
    ALBANIAN = "sq", _("Albanian")
    BOSNIAN = "bs-Latn", _("Bosnian, Latin")
    CROATIAN = "hr", _("Croatian")
    SLOVAK = "sk", _("Slovak")
    ROMANIAN = "ro", _("Romanian")
    WORDLESS = "zxx", _("Without words")


class AccessibilityFeature(models.TextChoices):
    """schema.org `accessibilityFeature`, from the W3C vocabulary."""

    ALTERNATIVE_TEXT = "alternativeText", _("Pictures are described")
    CAPTIONS = "captions", _("Captions")
    TRANSCRIPT = "transcript", _("Transcript")
    TAGGED = "taggedPDF", _("Tagged for screen readers")
    NAVIGATION = "structuralNavigation", _("Headings for navigation")
    LARGE_PRINT = "largePrint", _("Large print")
    HIGH_CONTRAST = "highContrastDisplay", _("High contrast")


class DurationBand(models.TextChoices):
    """Duration in bands that match school lessons."""

    SHORT = "short", _("up to 15 minutes")
    LESSON = "lesson", _("one lesson, up to 45 minutes")
    DOUBLE = "double", pgettext_lazy("length", "two lessons, up to 90 minutes")
    LONG = "long", pgettext_lazy("length", "longer than 90 minutes")


# The last minute of each band. The last band has no upper limit.
BANDS: Final[tuple[tuple[DurationBand, int | None], ...]] = (
    (DurationBand.SHORT, 15),
    (DurationBand.LESSON, 45),
    (DurationBand.DOUBLE, 90),
    (DurationBand.LONG, None),
)
MAX_MINUTES = 6000
