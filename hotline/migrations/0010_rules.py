"""Rules of triage as data."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0009_hash_lists")]

    operations = []
