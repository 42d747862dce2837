"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, grant

EDITOR_PERMISSIONS = (
    "search.add_synonymgroup",
    "search.change_synonymgroup",
    "search.delete_synonymgroup",
    "search.view_synonymgroup",
)


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0002_search_columns"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
    ]
