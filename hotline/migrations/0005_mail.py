"""Messages that came by e-mail and the answers to them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0004_channels")]

    operations = []
