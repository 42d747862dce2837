"""Blocks that lead to a quiz or a game."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0004_planned_dates"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="articleblock",
            name="block_kind_known",
        ),
        migrations.AddField(
            model_name="articleblock",
            name="target",
            field=models.SlugField(
                blank=True,
                help_text="The last part of its address. It appears as a card as soon as everybody sees it.",
                max_length=80,
                verbose_name="quiz or game",
            ),
        ),
        migrations.AlterField(
            model_name="articleblock",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text", "Text"),
                    ("image", "Picture"),
                    ("quotation", "Quotation"),
                    ("callout", "Call-out"),
                    ("file", "File"),
                    ("question", "Question and answer"),
                    ("video", "Video"),
                    ("quiz", "Quiz"),
                    ("game", "Game"),
                ],
                default="text",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleblock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["text", "image", "quotation", "callout", "file", "question", "video", "quiz", "game"])
                ),
                name="block_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleblock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("quiz", "game")), _negated=True),
                    models.Q(("target", ""), _negated=True),
                    _connector="OR",
                ),
                name="block_leads_somewhere",
                violation_error_message="Say which quiz or game it is.",
            ),
        ),
    ]
