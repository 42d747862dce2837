"""The earliest end of a report whose items have ended in other cases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hotline", "0021_agreement")]

    operations = [
        migrations.AddField("report", "ends_no_sooner_than", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "report",
            models.Index(
                condition=models.Q(ends_no_sooner_than__isnull=False),
                fields=["ends_no_sooner_than"],
                name="report_ends",
            ),
        ),
    ]
