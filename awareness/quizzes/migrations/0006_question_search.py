"""What editors find questions by: name and text in both languages, folded, with an index of trigrams. See `clicksafely.common.staff.lists.FoldedSearchAdmin`."""

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
    dependencies = [("common", "0002_folding"), ("quizzes", "0005_next_step_event")]

    operations = [
        migrations.RunSQL(list(ADD), reverse_sql="ALTER TABLE quizzes_question DROP COLUMN folded"),
    ]
