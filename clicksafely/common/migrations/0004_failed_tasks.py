"""Tasks that failed for good, and who may look at them and run them again."""

from django.db import migrations, models

from clicksafely.common.staff.roles import SUPERVISOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0003_audit_reading"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="FailedTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task", models.CharField(max_length=100, verbose_name="task")),
                ("kwargs", models.JSONField(null=True, verbose_name="arguments")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("error", models.CharField(max_length=200, verbose_name="error")),
                ("tries", models.PositiveIntegerField(verbose_name="tries")),
                ("first_failed_at", models.DateTimeField(verbose_name="failed first")),
                ("failed_at", models.DateTimeField(verbose_name="failed last")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "failed"), ("retried", "running again"), ("done", "settled")],
                        db_default="open",
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
            ],
            options={
                "verbose_name": "failed task",
                "verbose_name_plural": "failed tasks",
                "permissions": [("retry_failedtask", "Can run failed tasks again")],
                "indexes": [models.Index(fields=["state", "-id"], name="failed_task_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "retried", "done"])), name="failed_task_state_known"
                    )
                ],
            },
        ),
        migrations.RunPython(*grant(SUPERVISOR, "common.view_failedtask", "common.retry_failedtask")),
    ]
