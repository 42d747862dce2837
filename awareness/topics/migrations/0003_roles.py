"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import AUTHOR, EDITOR, grant

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
AUTHOR_PERMISSIONS = (
    "topics.add_topic",
    "topics.add_topicanswer",
    "topics.change_topic",
    "topics.change_topicanswer",
    "topics.delete_topicanswer",
    "topics.view_topic",
    "topics.view_topicanswer",
)


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0002_search_column"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
        migrations.RunPython(*grant(AUTHOR, *AUTHOR_PERMISSIONS)),
    ]
