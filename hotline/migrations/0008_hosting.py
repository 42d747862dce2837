"""Where hosts are: look-ups, the register of abuse contacts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0007_partners")]

    operations = []
