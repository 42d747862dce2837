"""The folded title and address of games as a computed column, with a trigram index."""

from django.db import migrations

ADD = (
    """
    ALTER TABLE games_game ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(coalesce(title_sr, '') || ' ' || coalesce(title_en, '') || ' ' || slug)
    ) STORED
    """,
    "CREATE INDEX game_folded_trigrams ON games_game USING gin (folded gin_trgm_ops)",
)


class Migration(migrations.Migration):
    dependencies = [("games", "0001_initial"), ("common", "0002_functions")]

    operations = [migrations.RunSQL(list(ADD), reverse_sql="ALTER TABLE games_game DROP COLUMN folded")]
