"""Packages for the police."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0013_referral")]

    operations = []
