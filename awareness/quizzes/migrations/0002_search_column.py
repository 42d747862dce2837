"""The folded texts of questions and quizzes as computed columns, with trigram indexes."""

from django.db import migrations

ADD = (
    """
    ALTER TABLE quizzes_question ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(name || ' ' || coalesce(text_sr, '') || ' ' || coalesce(text_en, ''))
    ) STORED
    """,
    "CREATE INDEX question_folded_trigrams ON quizzes_question USING gin (folded gin_trgm_ops)",
    """
    ALTER TABLE quizzes_quiz ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(coalesce(title_sr, '') || ' ' || coalesce(title_en, '') || ' ' || slug)
    ) STORED
    """,
    "CREATE INDEX quiz_folded_trigrams ON quizzes_quiz USING gin (folded gin_trgm_ops)",
)
DROP = ("ALTER TABLE quizzes_quiz DROP COLUMN folded", "ALTER TABLE quizzes_question DROP COLUMN folded")


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial"), ("common", "0002_functions")]

    operations = [migrations.RunSQL(list(ADD), reverse_sql=list(DROP))]
