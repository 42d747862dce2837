"""What demonstrations made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0005_bounce_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="DemonstrationRows",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.CharField(max_length=30)),
                ("table", models.CharField(max_length=63)),
                ("keys", models.JSONField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("part", "table"), name="one_note_a_part_and_table")],
            },
        ),
    ]
