"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import AUTHOR, EDITOR, EVENTS, grant

EVENTS_PERMISSIONS = (
    "events.add_closingreport",
    "events.add_event",
    "events.add_eventdate",
    "events.add_schoolattendance",
    "events.add_series",
    "events.change_booking",
    "events.change_closingreport",
    "events.change_event",
    "events.change_eventdate",
    "events.change_schoolattendance",
    "events.change_series",
    "events.change_visitrequest",
    "events.delete_event",
    "events.delete_eventdate",
    "events.delete_schoolattendance",
    "events.delete_series",
    "events.export_lists",
    "events.view_booking",
    "events.view_bookingemail",
    "events.view_closingreport",
    "events.view_event",
    "events.view_eventdate",
    "events.view_schoolattendance",
    "events.view_series",
    "events.view_visitrequest",
)
EDITOR_PERMISSIONS = (
    "events.add_event",
    "events.add_series",
    "events.change_event",
    "events.change_series",
    "events.delete_event",
    "events.delete_series",
    "events.view_event",
    "events.view_series",
)
AUTHOR_PERMISSIONS = (
    "events.add_event",
    "events.change_event",
    "events.view_event",
)


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_indexes"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EVENTS, *EVENTS_PERMISSIONS)),
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
        migrations.RunPython(*grant(AUTHOR, *AUTHOR_PERMISSIONS)),
    ]
