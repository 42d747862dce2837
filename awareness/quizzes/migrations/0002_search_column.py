"""The folded text of questions as a computed column, with a trigram index."""

from django.db import migrations

ADD = (
    """
    ALTER TABLE quizzes_question ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(name || ' ' || coalesce(text_sr, '') || ' ' || coalesce(text_en, ''))
    ) STORED
    """,
    "CREATE INDEX question_folded_trigrams ON quizzes_question USING gin (folded gin_trgm_ops)",
)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial"), ("common", "0002_functions")]

    operations = [migrations.RunSQL(list(ADD), reverse_sql="ALTER TABLE quizzes_question DROP COLUMN folded")]
