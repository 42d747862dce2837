"""Coordinators keep meetings. Who works with the panel writes incident notes; only the safeguarding lead opens and settles them."""

from django.db import migrations

from clicksafely.common.staff.roles import COORDINATOR, SAFEGUARDING, grant

MEETINGS = [
    *(f"youthpanel.{action}_meeting" for action in ("view", "add", "change")),
    *(f"youthpanel.{action}_meetingfile" for action in ("view", "add", "change", "delete")),
]
WRITE_NOTE = "youthpanel.add_incidentnote"
OPEN_NOTES = [f"youthpanel.{action}_incidentnote" for action in ("view", "open", "change")]


class Migration(migrations.Migration):
    dependencies = [
        ("youthpanel", "0008_only_invited_attend"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(*grant(COORDINATOR, *MEETINGS, WRITE_NOTE)),
        migrations.RunPython(*grant(SAFEGUARDING, WRITE_NOTE, *OPEN_NOTES)),
    ]
