"""Articles that are still to go are found without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0003_articles"),
        ("topics", "0005_planned_dates"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)), fields=["withdrawn_at"], name="article_goes"
            ),
        ),
    ]
