"""Answers to messages, and the threads they belong to."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0010_rules")]

    operations = []
