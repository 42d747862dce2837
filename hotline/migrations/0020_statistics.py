"""The figures as they were last counted, and indexes to count by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hotline", "0019_welfare")]

    operations = [
        migrations.CreateModel(
            name="FigureCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=16)),
                ("dimension", models.CharField(blank=True, max_length=16)),
                ("period", models.CharField(max_length=7)),
                ("key", models.CharField(blank=True, max_length=40)),
                ("count", models.PositiveBigIntegerField()),
                ("hidden", models.BooleanField(default=False)),
                ("median", models.FloatField(null=True)),
                ("percent", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("period", "measure", "dimension", "key"), name="one_figure_a_cell"),
                    models.CheckConstraint(
                        condition=models.Q(("period", "all"), ("period__regex", r"^\d{4}(-\d{2})?$"), _connector="OR"),
                        name="figure_period_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FigureCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_figure_count")],
            },
        ),
        migrations.AddIndex(model_name="assessment", index=models.Index(fields=["made_at"], name="assessment_made_at")),
        migrations.AddIndex(
            model_name="contentitem", index=models.Index(fields=["first_reported_at"], name="item_first_reported")
        ),
        migrations.AddIndex(model_name="report", index=models.Index(fields=["received_at"], name="report_received_at")),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                fields=["queue", "received_at"],
                name="report_ageing",
                condition=models.Q(("queue__isnull", False)),
            ),
        ),
    ]
