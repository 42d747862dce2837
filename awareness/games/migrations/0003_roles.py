"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import AUTHOR, EDITOR, grant

EDITOR_PERMISSIONS = (
    "games.add_game",
    "games.change_game",
    "games.delete_game",
    "games.view_game",
)
AUTHOR_PERMISSIONS = (
    "games.add_game",
    "games.change_game",
    "games.view_game",
)


class Migration(migrations.Migration):
    dependencies = [
        ("games", "0002_search_column"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
        migrations.RunPython(*grant(AUTHOR, *AUTHOR_PERMISSIONS)),
    ]
