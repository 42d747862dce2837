"""An event may be where one goes on from a game."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("games", "0003_planned_dates"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="nextstep",
            name="next_step_kind_known",
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
                max_length=8,
                verbose_name="where to",
            ),
        ),
        migrations.AlterField(
            model_name="nextstep",
            name="slug",
            field=models.SlugField(
                blank=True,
                help_text="Of the topic, resource, game, quiz or event. Empty for help.",
                max_length=80,
                verbose_name="address",
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["topic", "resource", "game", "quiz", "event", "report", "help"])),
                name="next_step_kind_known",
            ),
        ),
    ]
