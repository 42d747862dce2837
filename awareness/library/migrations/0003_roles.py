"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import AUTHOR, EDITOR, grant

EDITOR_PERMISSIONS = (
    "library.add_resource",
    "library.add_resourcefile",
    "library.change_resource",
    "library.change_resourcefile",
    "library.delete_resource",
    "library.delete_resourcefile",
    "library.view_resource",
    "library.view_resourcefile",
)
AUTHOR_PERMISSIONS = (
    "library.add_resource",
    "library.add_resourcefile",
    "library.change_resource",
    "library.change_resourcefile",
    "library.delete_resourcefile",
    "library.view_resource",
    "library.view_resourcefile",
)


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0002_search_column"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
        migrations.RunPython(*grant(AUTHOR, *AUTHOR_PERMISSIONS)),
    ]
