"""Sources of a topic; how each audience notices what the founding topics are about. What an editor has changed stays as it is."""

from django.db import migrations, models

SAID = "Laws by article, studies by name and year: what the answers stand on."


class Migration(migrations.Migration):
    dependencies = [("topics", "0005_planned_dates")]

    operations = [
        migrations.AddField(
            "topic",
            "sources",
            models.TextField(blank=True, default="", help_text=SAID, verbose_name="sources"),
            preserve_default=False,
        ),
        *(
            migrations.AddField(
                "topic",
                f"sources_{code}",
                models.TextField(blank=True, help_text=SAID, null=True, verbose_name="sources"),
            )
            for code in ("sr", "en")
        ),
    ]
