"""Suspected abuse material on an upload; welfare of analysts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0018_retention")]

    operations = []
