"""The exchange with ICCAM."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0015_notices")]

    operations = []
