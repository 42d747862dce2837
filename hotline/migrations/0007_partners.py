"""Reporting partners, their keys and what they sent."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0006_notes")]

    operations = []
