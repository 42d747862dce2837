"""The first groups of synonyms, and the editors who look after them."""

from django.db import migrations

from awareness.gathering.founding import SYNONYMS
from clicksafely.common.roles import EDITOR, grant


def load(apps, schema_editor):
    group = apps.get_model("gathering", "SynonymGroup")
    group.objects.bulk_create(group(words="\n".join(words), urgent=urgent) for urgent, words in SYNONYMS)


def unload(apps, schema_editor):
    group = apps.get_model("gathering", "SynonymGroup")
    group.objects.filter(words__in=["\n".join(words) for _urgent, words in SYNONYMS]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("gathering", "0001_initial"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(load, unload),
        migrations.RunPython(
            *grant(EDITOR, *(f"gathering.{action}_synonymgroup" for action in ("view", "add", "change", "delete")))
        ),
    ]
