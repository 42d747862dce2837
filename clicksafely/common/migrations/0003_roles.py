"""Permissions of the standard roles, and rows that code refers to by key."""

from django.db import migrations

from clicksafely.common.staff.roles import AUDITOR, ROLES, SUPERVISOR, grant

AUDITOR_PERMISSIONS = (
    "common.add_auditverification",
    "common.export_auditevent",
    "common.view_auditevent",
    "common.view_auditverification",
)
SUPERVISOR_PERMISSIONS = (
    "common.retry_failedtask",
    "common.view_auditevent",
    "common.view_failedtask",
)


def create_rows(apps, schema_editor):
    apps.get_model("common", "ContentVersion").objects.create(pk=1)
    for role in ROLES:
        apps.get_model("auth", "Group").objects.get_or_create(name=role.code)


def delete_rows(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=[role.code for role in ROLES]).delete()
    apps.get_model("common", "ContentVersion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0002_functions"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(create_rows, delete_rows),
        migrations.RunPython(*grant(AUDITOR, *AUDITOR_PERMISSIONS)),
        migrations.RunPython(*grant(SUPERVISOR, *SUPERVISOR_PERMISSIONS)),
    ]
