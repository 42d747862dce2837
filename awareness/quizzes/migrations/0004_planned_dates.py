"""Indexes by which lists of quizzes and the next planned change are found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0003_classes"),
        ("topics", "0005_planned_dates"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="quiz",
            index=models.Index(fields=["-published_at", "-id"], name="quiz_latest_first"),
        ),
        migrations.AddIndex(
            model_name="quiz",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)), fields=["withdrawn_at"], name="quiz_goes"
            ),
        ),
    ]
