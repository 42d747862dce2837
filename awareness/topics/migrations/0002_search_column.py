"""The folded title and address of topics as a computed column, with a trigram index."""

from django.db import migrations

ADD = (
    """
    ALTER TABLE topics_topic ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(coalesce(title_sr, '') || ' ' || coalesce(title_en, '') || ' ' || slug)
    ) STORED
    """,
    "CREATE INDEX topic_folded_trigrams ON topics_topic USING gin (folded gin_trgm_ops)",
)


class Migration(migrations.Migration):
    dependencies = [("topics", "0001_initial"), ("common", "0002_functions")]

    operations = [migrations.RunSQL(list(ADD), reverse_sql="ALTER TABLE topics_topic DROP COLUMN folded")]
