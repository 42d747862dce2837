"""Authors of pictures, files and videos may have English names."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0006_known_parts"),
    ]

    operations = [
        migrations.AddField(
            model_name="articleblock",
            name="credit_en",
            field=models.CharField(
                blank=True,
                help_text="Empty: English pages write the name in Latin letters.",
                max_length=160,
                verbose_name="author, in English",
            ),
        ),
    ]
