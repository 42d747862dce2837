"""Hours, sources and crisis lines; services that take pictures down, and the topics with which they are shown."""

from django.db import migrations, models

from clicksafely.common.staff.roles import EDITOR, grant

HOURS = "Days and hours, where the box above is not ticked. Leave it empty if they are not confirmed."


class Migration(migrations.Migration):
    dependencies = [("topics", "0006_topics_in_full")]

    operations = [
        migrations.AddField(
            "signpost",
            "hours",
            models.CharField(blank=True, default="", help_text=HOURS, max_length=60, verbose_name="hours"),
            preserve_default=False,
        ),
        *(
            migrations.AddField(
                "signpost",
                f"hours_{code}",
                models.CharField(blank=True, help_text=HOURS, max_length=60, null=True, verbose_name="hours"),
            )
            for code in ("sr", "en")
        ),
        migrations.AddField(
            "signpost",
            "crisis",
            models.BooleanField(
                default=False,
                help_text="Shown on the help page, with topics and first where suicide is mentioned, not at the end of every page.",
                verbose_name="for thoughts of suicide",
            ),
        ),
        migrations.AddField(
            "signpost",
            "source",
            models.CharField(
                blank=True,
                default="",
                help_text="For editors; visitors do not see it.",
                max_length=160,
                verbose_name="source of hours and cost",
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="RemovalService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="short name")),
                ("title", models.CharField(max_length=80, verbose_name="name")),
                ("description", models.TextField(max_length=500, verbose_name="for whom, and what it does")),
                (
                    "description_sr",
                    models.TextField(max_length=500, null=True, verbose_name="for whom, and what it does"),
                ),
                (
                    "description_en",
                    models.TextField(max_length=500, null=True, verbose_name="for whom, and what it does"),
                ),
                ("url", models.URLField(verbose_name="website")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("active", models.BooleanField(default=True, verbose_name="shown")),
            ],
            options={
                "verbose_name": "picture removal service",
                "verbose_name_plural": "picture removal services",
                "ordering": ("order", "id"),
            },
        ),
        migrations.AddField(
            "topic",
            "removal_services",
            models.BooleanField(
                default=False,
                help_text="For topics about intimate pictures.",
                verbose_name="show the picture removal services",
            ),
        ),
        migrations.RunPython(
            *grant(EDITOR, *(f"topics.{action}_removalservice" for action in ("view", "add", "change", "delete")))
        ),
    ]
