"""The earliest end of a report whose items have ended in other cases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hotline", "0021_agreement")]

    operations = [
        migrations.AddField("report", "earliest_end_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "report",
            models.Index(
                condition=models.Q(earliest_end_at__isnull=False),
                fields=["earliest_end_at"],
                name="report_ends",
            ),
        ),
    ]
