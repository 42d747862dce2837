"""A photograph whose bytes were erased, because somebody on it was forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0002_final")]

    operations = [
        migrations.AddField(
            model_name="meetingfile", name="erased", field=models.BooleanField(default=False, editable=False)
        ),
    ]
