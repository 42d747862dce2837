"""Hash lists and what matched them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0008_hosting")]

    operations = []
