"""Versions of public records; the topics of the founding text and of today; editors look after topics."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from clicksafely.common.staff.roles import EDITOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0003_topics"),
        ("common", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("object_id", models.PositiveBigIntegerField()),
                ("revision", models.PositiveIntegerField()),
                ("saved_at", models.DateTimeField()),
                ("content", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id", "revision"), name="one_version_a_revision")
                ],
            },
        ),
        migrations.RunPython(
            *grant(
                EDITOR,
                *(
                    f"topics.{action}_{model}"
                    for model in ("topic", "topicanswer")
                    for action in ("view", "add", "change", "delete")
                ),
            )
        ),
    ]
