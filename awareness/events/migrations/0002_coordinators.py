"""Coordinators run events, editors write about them."""

from django.db import migrations

from clicksafely.common.staff.roles import COORDINATOR, EDITOR, grant

WRITING = [
    f"events.{action}_{model}" for model in ("series", "event") for action in ("view", "add", "change", "delete")
]
RUNNING = [
    *(f"events.{action}_{model}" for model in ("eventdate", "closingreport") for action in ("view", "add", "change")),
    *(f"events.{action}_schoolattendance" for action in ("view", "add", "change", "delete")),
    "events.view_booking",
    "events.change_booking",
    "events.view_bookingletter",
]


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
        ("topics", "0005_planned_dates"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *WRITING)),
        migrations.RunPython(*grant(COORDINATOR, *WRITING, *RUNNING)),
    ]
