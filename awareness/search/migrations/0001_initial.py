"""The index of the search: the functions that make lexemes of texts, and the tables."""

import django.contrib.postgres.indexes
from django.db import migrations, models

# Folded, and letters and digits alone: no address, hyphen or version for PostgreSQL's parser to make tokens of its own kinds of. The
# `serbian` stemmer takes Cyrillic, Latin and Latin without diacritics; folded text is the last. Bodies are cut: a tsvector holds a megabyte.
CREATE_FUNCTIONS = (
    r"""
    CREATE FUNCTION clicksafely_lexemes(language text, value text, weight "char") RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN setweight(
        to_tsvector(
            CASE language WHEN 'sr' THEN 'pg_catalog.serbian'::regconfig ELSE 'pg_catalog.english'::regconfig END,
            regexp_replace(
                clicksafely_fold(left(value, 100000)),
                '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+',
                ' ',
                'g'
            )
        ),
        weight
    )
    """,
    """
    CREATE FUNCTION clicksafely_heading(language text, title text, keywords text, summary text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN clicksafely_lexemes(language, title, 'A')
        || clicksafely_lexemes(language, keywords, 'B')
        || clicksafely_lexemes(language, summary, 'C')
    """,
    """
    CREATE FUNCTION clicksafely_words(language text, title text, keywords text, summary text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN clicksafely_heading(language, title, keywords, summary) || clicksafely_lexemes(language, body, 'D')
    """,
)
DROP_FUNCTIONS = (
    "DROP FUNCTION clicksafely_words(text, text, text, text, text)",
    "DROP FUNCTION clicksafely_heading(text, text, text, text)",
    'DROP FUNCTION clicksafely_lexemes(text, text, "char")',
)

# The columns are of no model: see `SearchEntry`. Indexes of lexemes are a language's each, for most of what a search reads is rows that fit,
# and half of them would be in the other one.
ADD_COLUMNS = (
    """
    ALTER TABLE gathering_searchentry
        ADD COLUMN folded_title text GENERATED ALWAYS AS (clicksafely_fold(title)) STORED,
        ADD COLUMN heading tsvector GENERATED ALWAYS AS (clicksafely_heading(language, title, keywords, summary)) STORED,
        ADD COLUMN words tsvector GENERATED ALWAYS AS (clicksafely_words(language, title, keywords, summary, body)) STORED
    """,
    "CREATE INDEX search_title_trigrams ON gathering_searchentry USING gin (folded_title gin_trgm_ops)",
    *(
        f"CREATE INDEX search_{column}_{code} ON gathering_searchentry USING gin ({column}) WHERE language = '{code}'"
        for column in ("heading", "words")
        for code in ("sr", "en")
    ),
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("common", "0002_folding")]

    operations = [
        migrations.RunSQL(list(CREATE_FUNCTIONS), reverse_sql=list(DROP_FUNCTIONS)),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.PositiveBigIntegerField()),
                ("language", models.CharField(max_length=2)),
                ("url_name", models.CharField(max_length=60)),
                ("url_kwargs", models.JSONField(default=dict)),
                ("title", models.TextField()),
                ("keywords", models.TextField(blank=True)),
                ("summary", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("published_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["published_at"], name="search_published"),
                    models.Index(
                        condition=models.Q(("withdrawn_at__isnull", False)),
                        fields=["withdrawn_at"],
                        name="search_withdrawn",
                    ),
                    models.Index(fields=["changed_at"], name="search_changed"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "object_id", "language"), name="one_entry_a_record_and_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ("sr", "en"))), name="entry_language_is_written"
                    ),
                ],
            },
        ),
        # They go with the table.
        migrations.RunSQL(list(ADD_COLUMNS), reverse_sql=migrations.RunSQL.noop),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=2)),
                ("folded", models.CharField(max_length=40)),
                ("shown", models.CharField(max_length=80)),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["folded"], name="search_word_trigrams", opclasses=["gin_trgm_ops"]
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("language", "folded"), name="one_row_a_word_and_language"),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ("sr", "en"))), name="word_language_is_written"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SynonymGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "words",
                    models.TextField(
                        help_text="One word or expression on each line, in any script; endings and diacritics do not matter.",
                        max_length=2000,
                        verbose_name="words with one meaning",
                    ),
                ),
                (
                    "urgent",
                    models.BooleanField(
                        default=False,
                        help_text="Help lines come before the results where somebody searches for one of these.",
                        verbose_name="somebody may be in distress",
                    ),
                ),
            ],
            options={
                "verbose_name": "group of synonyms",
                "verbose_name_plural": "synonyms",
                "ordering": ("words", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words__regex", "\\w")),
                        name="synonym_group_has_words",
                        violation_error_message="Write at least one word.",
                    )
                ],
            },
        ),
    ]
