"""How long reports are kept; legal holds; complaints."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hotline", "0017_monitoring")]

    operations = []
