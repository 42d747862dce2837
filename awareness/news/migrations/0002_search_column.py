"""The folded title and address of articles as a computed column, with a trigram index."""

from django.db import migrations

ADD = (
    """
    ALTER TABLE news_article ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(coalesce(title_sr, '') || ' ' || coalesce(title_en, '') || ' ' || slug)
    ) STORED
    """,
    "CREATE INDEX article_folded_trigrams ON news_article USING gin (folded gin_trgm_ops)",
)


class Migration(migrations.Migration):
    dependencies = [("news", "0001_initial"), ("common", "0002_functions")]

    operations = [migrations.RunSQL(list(ADD), reverse_sql="ALTER TABLE news_article DROP COLUMN folded")]
