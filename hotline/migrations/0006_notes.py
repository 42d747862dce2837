"""Internal notes, and reports that are opened again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0005_mail")]

    operations = []
