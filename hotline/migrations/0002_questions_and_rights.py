"""The first version of the questions (ICCAM v3 vocabulary) and the rights of the hotline's roles."""

from django.db import migrations

from clicksafely.common.staff.roles import ANALYST, AUDITOR, SUPERVISOR, grant

PERMISSIONS = {
    ANALYST: ("hotline.work_case", "hotline.view_report", "hotline.view_contentitem"),
    SUPERVISOR: (
        "hotline.work_case",
        "hotline.supervise_case",
        "hotline.view_report",
        "hotline.view_contentitem",
        "hotline.view_questionset",
        "common.view_auditevent",
    ),
    AUDITOR: ("common.view_auditevent",),
}


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0001_initial"),
        ("common", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        *[migrations.RunPython(*grant(role, *permissions)) for role, permissions in PERMISSIONS.items()],
    ]
