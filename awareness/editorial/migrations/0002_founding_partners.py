"""The organisations of the founding text, and the editors who look after partners and contacts."""

from django.db import migrations

from awareness.editorial.founding import PARTNERS
from clicksafely.common.roles import EDITOR, grant


def load(apps, schema_editor):
    partner = apps.get_model("editorial", "Partner")
    partner.objects.bulk_create(
        partner(name=facts.name_sr, note=facts.note_sr, order=order, **facts._asdict())
        for order, facts in enumerate(PARTNERS, 1)
    )


def unload(apps, schema_editor):
    partner = apps.get_model("editorial", "Partner")
    for facts in PARTNERS:
        partner.objects.filter(name_sr=facts.name_sr, role=facts.role).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0001_initial"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(load, unload),
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
