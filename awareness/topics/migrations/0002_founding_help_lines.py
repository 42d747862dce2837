"""The help lines of the founding text, and the editors who look after them."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0001_initial"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(
            *grant(
                EDITOR,
                "topics.view_signpost",
                "topics.add_signpost",
                "topics.change_signpost",
                "topics.delete_signpost",
            )
        ),
    ]
