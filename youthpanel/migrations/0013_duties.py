"""Leading meetings and consultations is a duty of its own."""

from django.db import migrations

from clicksafely.common.staff.roles import COORDINATOR, SAFEGUARDING, grant


class Migration(migrations.Migration):
    dependencies = [
        ("youthpanel", "0012_final_handovers"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="meeting",
            options={
                "ordering": ("-starts_at", "-id"),
                "permissions": (("facilitate", "Can lead meetings and consultations"),),
                "verbose_name": "meeting",
                "verbose_name_plural": "meetings",
            },
        ),
        *[migrations.RunPython(*grant(role, "youthpanel.facilitate")) for role in (COORDINATOR, SAFEGUARDING)],
    ]
