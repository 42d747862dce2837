"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, grant

EDITOR_PERMISSIONS = (
    "topics.add_helpline",
    "topics.add_removalservice",
    "topics.add_topic",
    "topics.add_topicanswer",
    "topics.change_helpline",
    "topics.change_removalservice",
    "topics.change_topic",
    "topics.change_topicanswer",
    "topics.delete_helpline",
    "topics.delete_removalservice",
    "topics.delete_topic",
    "topics.delete_topicanswer",
    "topics.view_helpline",
    "topics.view_removalservice",
    "topics.view_topic",
    "topics.view_topicanswer",
)


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0001_initial"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
    ]
