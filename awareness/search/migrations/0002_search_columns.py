"""Functions that turn texts into lexemes, and computed columns of the search index with their GIN indexes."""

from django.db import migrations

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
ADD_COLUMNS = (
    """
    ALTER TABLE search_searchentry
        ADD COLUMN folded_title text GENERATED ALWAYS AS (clicksafely_fold(title)) STORED,
        ADD COLUMN heading tsvector GENERATED ALWAYS AS (clicksafely_heading(language, title, keywords, summary)) STORED,
        ADD COLUMN words tsvector GENERATED ALWAYS AS (clicksafely_words(language, title, keywords, summary, body)) STORED
    """,
    "CREATE INDEX search_title_trigrams ON search_searchentry USING gin (folded_title gin_trgm_ops)",
    *(
        f"CREATE INDEX search_{column}_{code} ON search_searchentry USING gin ({column}) WHERE language = '{code}'"
        for column in ("heading", "words")
        for code in ("sr", "en")
    ),
)
DROP_COLUMNS = "ALTER TABLE search_searchentry DROP COLUMN words, DROP COLUMN heading, DROP COLUMN folded_title"


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial"), ("common", "0002_functions")]

    operations = [
        migrations.RunSQL(list(CREATE_FUNCTIONS), reverse_sql=list(DROP_FUNCTIONS)),
        migrations.RunSQL(list(ADD_COLUMNS), reverse_sql=DROP_COLUMNS),
    ]
