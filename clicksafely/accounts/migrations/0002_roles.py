"""Permissions of the standard roles."""

from django.db import migrations

from clicksafely.common.staff.roles import SUPERVISOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(*grant(SUPERVISOR, "accounts.request_recovery"))]
