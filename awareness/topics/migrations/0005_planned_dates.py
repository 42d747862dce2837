"""Dates of topics that are still to come are found without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0004_founding_topics"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(fields=["published_at"], name="topic_appears"),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)), fields=["withdrawn_at"], name="topic_goes"
            ),
        ),
    ]
