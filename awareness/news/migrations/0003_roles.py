"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import AUTHOR, EDITOR, grant

EDITOR_PERMISSIONS = (
    "news.add_article",
    "news.add_articleblock",
    "news.change_article",
    "news.change_articleblock",
    "news.delete_article",
    "news.delete_articleblock",
    "news.view_article",
    "news.view_articleblock",
)
AUTHOR_PERMISSIONS = (
    "news.add_article",
    "news.add_articleblock",
    "news.change_article",
    "news.change_articleblock",
    "news.delete_articleblock",
    "news.view_article",
    "news.view_articleblock",
)


class Migration(migrations.Migration):
    dependencies = [
        ("news", "0002_search_column"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
        migrations.RunPython(*grant(AUTHOR, *AUTHOR_PERMISSIONS)),
    ]
