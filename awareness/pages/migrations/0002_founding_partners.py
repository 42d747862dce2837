"""The organisations of the founding text, and the editors who look after partners and contacts."""

from django.db import migrations

from clicksafely.common.staff.roles import EDITOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0001_initial"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(
            *grant(
                EDITOR,
                *(
                    f"editorial.{action}_{model}"
                    for model in ("partner", "contactpoint")
                    for action in ("view", "add", "change", "delete")
                ),
            )
        ),
    ]
