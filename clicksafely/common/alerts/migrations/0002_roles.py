"""Permissions of the standard roles, and rows that code refers to by key."""

from django.db import migrations

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant

SUPERVISOR_PERMISSIONS = ("alerts.manage_duty", "alerts.receive_escalation", "alerts.view_alert")


def create_rows(apps, schema_editor):
    for model in ("AlertRules", "AlertingState"):
        apps.get_model("alerts", model).objects.create(pk=1)


def delete_rows(apps, schema_editor):
    for model in ("AlertRules", "AlertingState"):
        apps.get_model("alerts", model).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0001_initial"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(create_rows, delete_rows),
        migrations.RunPython(*grant(ANALYST, "alerts.view_alert")),
        migrations.RunPython(*grant(SUPERVISOR, *SUPERVISOR_PERMISSIONS)),
    ]
