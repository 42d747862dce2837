"""The trigram index of schools in bookings."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("common", "0002_functions")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX booking_school_words ON events_booking USING gin (clicksafely_fold(school) gin_trgm_ops)",
            "DROP INDEX booking_school_words",
        )
    ]
