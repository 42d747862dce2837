"""The constraint on the addresses of other pages is named after what it does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0007_visit_requests")]

    operations = [
        migrations.RemoveConstraint(model_name="event", name="event_not_called_past"),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__in", ("past", "invite")), _negated=True),
                name="event_slug_not_reserved",
                violation_error_message="This address is reserved for another page. Choose another one.",
            ),
        ),
    ]
