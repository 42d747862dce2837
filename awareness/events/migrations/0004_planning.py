"""Lists of many bookings stay fast, lists on an event's form have names, and coordinators may take away a date that was a mistake."""

import django.contrib.postgres.fields
from django.db import migrations, models

from clicksafely.common.staff.roles import COORDINATOR, grant


class Migration(migrations.Migration):
    dependencies = [("events", "0003_lapsed_waiting"), ("common", "0002_folding")]

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
        migrations.AlterField(
            model_name="event",
            name="access",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("step-free", "Entrance without steps"),
                        ("toilet", "Accessible toilet"),
                        ("hearing-loop", "Hearing loop"),
                        ("signed", "Sign language interpreter"),
                        ("large-print", "Large print or easy-to-read handouts"),
                        ("quiet-space", "Quiet room to withdraw to"),
                    ],
                    max_length=30,
                ),
                blank=True,
                default=list,
                verbose_name="accessibility",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="audiences",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("children", "Children (up to 14 years)"),
                        ("youth", "Young people (15 and older)"),
                        ("parents", "Parents and caretakers"),
                        ("teachers", "Teachers and school staff"),
                        ("stakeholders", "Partners and officials"),
                    ],
                    max_length=30,
                ),
                blank=True,
                default=list,
                verbose_name="whom it is for",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("sr", "Serbian"),
                        ("hu", "Hungarian"),
                        ("sq", "Albanian"),
                        ("bs", "Bosnian"),
                        ("bg", "Bulgarian"),
                        ("hr", "Croatian"),
                        ("ro", "Romanian"),
                        ("rue", "Rusyn"),
                        ("sk", "Slovak"),
                        ("rom", "Romani"),
                        ("en", "English"),
                        ("sgn", "Serbian sign language"),
                    ],
                    max_length=30,
                ),
                blank=True,
                default=list,
                verbose_name="languages spoken there",
            ),
        ),
        migrations.RunPython(*grant(COORDINATOR, "events.delete_eventdate")),
    ]
