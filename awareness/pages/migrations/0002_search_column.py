"""The folded title and address of fixed pages as a computed column."""

from django.db import migrations

ADD = """
    ALTER TABLE pages_fixedpage ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(coalesce(title_sr, '') || ' ' || coalesce(title_en, '') || ' ' || slug)
    ) STORED
"""


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial"), ("common", "0002_functions")]

    operations = [migrations.RunSQL(ADD, reverse_sql="ALTER TABLE pages_fixedpage DROP COLUMN folded")]
