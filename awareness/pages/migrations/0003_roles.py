"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, grant

EDITOR_PERMISSIONS = (
    "pages.add_contactpoint",
    "pages.add_pagesection",
    "pages.add_partner",
    "pages.change_contactpoint",
    "pages.change_fixedpage",
    "pages.change_pagesection",
    "pages.change_partner",
    "pages.delete_contactpoint",
    "pages.delete_pagesection",
    "pages.delete_partner",
    "pages.view_contactpoint",
    "pages.view_fixedpage",
    "pages.view_pagesection",
    "pages.view_partner",
)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0002_search_column"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
    ]
