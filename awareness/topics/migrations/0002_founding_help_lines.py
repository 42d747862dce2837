"""The help lines of the founding text, and the editors who look after them."""

from django.db import migrations

from awareness.topics.founding import SIGNPOSTS, known_to
from clicksafely.common.roles import EDITOR, grant


def load(apps, schema_editor):
    signpost = apps.get_model("topics", "Signpost")
    signpost.objects.bulk_create(signpost(**known_to(signpost, facts)) for facts in SIGNPOSTS)


def unload(apps, schema_editor):
    apps.get_model("topics", "Signpost").objects.filter(slug__in=[facts["slug"] for facts in SIGNPOSTS]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0001_initial"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(load, unload),
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
