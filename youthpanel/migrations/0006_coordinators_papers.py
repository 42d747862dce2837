"""Coordinators write White Papers, issue them, and record what became of them; nobody deletes what was issued, handed over or answered."""

from django.db import migrations

from clicksafely.common.staff.roles import COORDINATOR, grant

WRITING = [
    f"youthpanel.{action}_{model}"
    for model in ("recommendation", "whitepaper", "chapter", "paperrecommendation")
    for action in ("view", "add", "change", "delete")
]
# To add an edition is to issue one.
ISSUING = [
    f"youthpanel.{action}_{model}" for model in ("edition", "handover", "response") for action in ("view", "add")
]


class Migration(migrations.Migration):
    dependencies = [
        ("youthpanel", "0005_proofs"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(*grant(COORDINATOR, *WRITING, *ISSUING))]
