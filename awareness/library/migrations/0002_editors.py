"""Editors keep the library."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, grant

PERMISSIONS = [
    f"library.{action}_{model}"
    for model in ("resource", "resourcefile")
    for action in ("view", "add", "change", "delete")
]


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(*grant(EDITOR, *PERMISSIONS))]
