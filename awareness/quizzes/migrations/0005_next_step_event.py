"""An event may be what comes next after a quiz."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0004_planned_dates"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="next_kind_known",
        ),
        migrations.AlterField(
            model_name="nextstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("topic", "a topic"),
                    ("resource", "a resource"),
                    ("game", "a game"),
                    ("quiz", "a quiz"),
                    ("event", "an event"),
                    ("report", "reporting"),
                    ("help", "help"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["topic", "resource", "game", "quiz", "event", "report", "help"])),
                name="next_kind_known",
            ),
        ),
    ]
