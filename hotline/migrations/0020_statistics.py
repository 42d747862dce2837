"""Indexes and rows that figures need."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0019_welfare")]

    operations = []
