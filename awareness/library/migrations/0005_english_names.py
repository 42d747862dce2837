"""Authors and publishers may have English names."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0004_removed_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="resource",
            name="creator_en",
            field=models.CharField(
                blank=True,
                help_text="Empty: English pages write the name in Latin letters.",
                max_length=200,
                verbose_name="author, in English",
            ),
        ),
        migrations.AddField(
            model_name="resource",
            name="publisher_en",
            field=models.CharField(
                blank=True,
                help_text="Empty: English pages write the name in Latin letters.",
                max_length=200,
                verbose_name="publisher, in English",
            ),
        ),
    ]
