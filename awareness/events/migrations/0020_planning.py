"""Lists of many bookings stay fast, lists on an event's form have names, and coordinators may take away a date that was a mistake."""

import django.contrib.postgres.fields
from django.db import migrations, models

from clicksafely.common.roles import COORDINATOR, grant

# Named lists of choices; the database knows nothing of either.
LISTS = {"audiences": "whom it is for", "languages": "languages spoken there", "access": "accessibility"}


class Migration(migrations.Migration):
    dependencies = [("events", "0002_coordinators"), ("common", "0002_folding")]

    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["town", "-booked_at", "-id"], name="booking_newest_of_town"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["state", "-booked_at", "-id"], name="booking_newest_of_state"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("unreachable_at__isnull", False)),
                fields=["-booked_at", "-id"],
                name="booking_unreachable",
            ),
        ),
        migrations.RunSQL(
            "CREATE INDEX booking_school_words ON events_booking USING gin (clicksafely_fold(school) gin_trgm_ops)",
            "DROP INDEX booking_school_words",
        ),
        migrations.RunPython(*grant(COORDINATOR, "events.delete_eventdate")),
    ]
