"""The search index: an entry for each record and written language, the words of all entries, and groups of synonyms."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from awareness.search.query_parser import folded_words

WRITTEN_LANGUAGES = ("sr", "en")


class SearchEntry(models.Model):
    """A record in one written language: its texts as shown, and its dates.

    PostgreSQL generates three more columns, used only by search queries (migration 0002). `heading` has the lexemes of
    title (A), topics and keywords (B) and summary (C). `words` also has those of the body (D). `folded_title` is the
    folded title. They are not declared as fields, because Django's check of generated columns queries the database.
    """

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    language = models.CharField(max_length=2)
    url_name = models.CharField(max_length=60)
    url_kwargs = models.JSONField(default=dict)
    title = models.TextField()
    keywords = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    details = ArrayField(models.TextField(), default=list, db_default=[], blank=True)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    past_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    impersonal_fields: ClassVar = "kind language url_name url_kwargs title keywords summary body details"

    class Meta:
        indexes = (
            models.Index(fields=["published_at"], name="search_published"),
            models.Index(fields=["withdrawn_at"], name="search_withdrawn", condition=Q(withdrawn_at__isnull=False)),
            models.Index(fields=["changed_at"], name="search_changed"),
        )
        constraints = (
            models.UniqueConstraint(fields=("kind", "object_id", "language"), name="one_entry_a_record_and_language"),
            models.CheckConstraint(condition=Q(language__in=WRITTEN_LANGUAGES), name="entry_language_is_written"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} ({self.language})"


class SearchWord(models.Model):
    """A word of a title, keyword or summary, folded and as written. Spelling corrections come from these."""

    language = models.CharField(max_length=2)
    folded = models.CharField(max_length=40)
    shown = models.CharField(max_length=80)

    impersonal_fields: ClassVar = "language folded shown"

    class Meta:
        indexes = (GinIndex(fields=["folded"], name="search_word_trigrams", opclasses=["gin_trgm_ops"]),)
        constraints = (
            models.UniqueConstraint(fields=("language", "folded"), name="one_row_a_word_and_language"),
            models.CheckConstraint(condition=Q(language__in=WRITTEN_LANGUAGES), name="word_language_is_written"),
        )

    def __str__(self) -> str:
        return self.shown


class SynonymGroup(models.Model):
    """Words and expressions with the same meaning, in any script and language, one on each line."""

    words = models.TextField(
        _("words with one meaning"),
        max_length=2000,
        help_text=_("One word or expression on each line, in any script; endings and diacritics do not matter."),
    )
    urgent = models.BooleanField(
        _("may be searched in distress"),
        default=False,
        help_text=_("Searches for these words show help lines before the results."),
    )

    impersonal_fields: ClassVar = "words"

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("group of synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ("words", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(words__regex=r"\w"),
                name="synonym_group_has_words",
                violation_error_message=_("Write at least one word."),
            ),
        )

    def __str__(self) -> str:
        return ", ".join(self.expressions())

    def clean(self) -> None:
        """Require a letter or digit on each line, and at least two lines unless the group is urgent."""
        expressions = self.expressions()
        if not all(folded_words(expression) for expression in expressions):
            raise ValidationError({"words": _("Every line must contain a letter or a digit.")})
        if len(expressions) < 2 and not self.urgent:
            raise ValidationError({"words": _("Write at least two words with one meaning.")})

    def expressions(self) -> list[str]:
        """Return the non-empty lines."""
        return [line.strip() for line in self.words.splitlines() if line.strip()]
