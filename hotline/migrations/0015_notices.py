"""Notices to hosts, their templates and answers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0014_police")]

    operations = []
