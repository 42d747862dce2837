"""Resources that are still to go are found without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0002_editors"),
        ("topics", "0005_planned_dates"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)), fields=["withdrawn_at"], name="resource_goes"
            ),
        ),
    ]
