"""Checks of availability."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0016_iccam")]

    operations = []
