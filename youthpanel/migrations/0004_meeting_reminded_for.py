"""The beginning that coordinators were reminded of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0003_roles")]

    operations = [
        migrations.AddField(
            model_name="meeting", name="reminded_for", field=models.DateTimeField(editable=False, null=True)
        ),
    ]
