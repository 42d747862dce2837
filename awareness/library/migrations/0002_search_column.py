"""The folded title and address of resources as a computed column, with a trigram index."""

from django.db import migrations

ADD = (
    """
    ALTER TABLE library_resource ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(coalesce(title_sr, '') || ' ' || coalesce(title_en, '') || ' ' || slug)
    ) STORED
    """,
    "CREATE INDEX resource_folded_trigrams ON library_resource USING gin (folded gin_trgm_ops)",
)


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial"), ("common", "0002_functions")]

    operations = [migrations.RunSQL(list(ADD), reverse_sql="ALTER TABLE library_resource DROP COLUMN folded")]
