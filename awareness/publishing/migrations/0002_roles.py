"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, EVENTS, grant

PUBLISHER_PERMISSIONS = ("publishing.export_lists", "publishing.publish_content")


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0001_initial"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *PUBLISHER_PERMISSIONS)),
        # They publish the events that they organise.
        migrations.RunPython(*grant(EVENTS, *PUBLISHER_PERMISSIONS)),
    ]
