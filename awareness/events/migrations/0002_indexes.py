"""Trigram indexes of the schools in bookings, and of the titles and addresses of events in a computed column."""

from django.db import migrations

ADD = (
    """
    ALTER TABLE events_event ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(coalesce(title_sr, '') || ' ' || coalesce(title_en, '') || ' ' || slug)
    ) STORED
    """,
    "CREATE INDEX event_folded_trigrams ON events_event USING gin (folded gin_trgm_ops)",
)


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("common", "0002_functions")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX booking_school_words ON events_booking USING gin (clicksafely_fold(school) gin_trgm_ops)",
            "DROP INDEX booking_school_words",
        ),
        migrations.RunSQL(list(ADD), reverse_sql="ALTER TABLE events_event DROP COLUMN folded"),
    ]
