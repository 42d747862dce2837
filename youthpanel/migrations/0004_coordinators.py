"""Coordinators keep the records of the panel. Members are never deleted: they are forgotten."""

from django.db import migrations

from clicksafely.common.staff.roles import COORDINATOR, grant

KEPT = [f"youthpanel.{action}_{model}" for model in ("school", "cohort") for action in ("view", "add", "change", "delete")]  # fmt: skip
MEMBERS = [*(f"youthpanel.{action}_member" for action in ("view", "add", "change")), "youthpanel.open_identity"]


class Migration(migrations.Migration):
    dependencies = [
        ("youthpanel", "0003_erased_photographs"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(*grant(COORDINATOR, *KEPT, *MEMBERS))]
