"""An address among those of events is that of the page of past ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0004_planning")]

    operations = [
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug", "past"), _negated=True),
                name="event_not_called_past",
                violation_error_message="This address is taken: choose another one.",
            ),
        ),
    ]
