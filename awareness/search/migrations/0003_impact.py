"""The figures of the Centre as they were last counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gathering", "0002_founding_synonyms"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImpactCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=16)),
                ("dimension", models.CharField(blank=True, max_length=16)),
                ("period", models.CharField(max_length=7)),
                ("key", models.CharField(blank=True, max_length=40)),
                ("count", models.PositiveBigIntegerField(null=True)),
                ("hidden", models.BooleanField(default=False)),
                ("percent", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("period", "measure", "dimension", "key"), name="one_impact_a_cell"),
                    models.CheckConstraint(
                        condition=models.Q(("period", "all"), ("period__regex", "^\\d{4}(-\\d{2})?$"), _connector="OR"),
                        name="impact_period_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("count__isnull", False), ("percent", None)),
                            models.Q(("count", None), ("percent__lte", 100)),
                            _connector="OR",
                        ),
                        name="impact_counts_or_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImpactCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_impact_count")],
            },
        ),
    ]
