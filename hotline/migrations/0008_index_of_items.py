import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("hotline", "0007_category_choices")]

    operations = [
        AddIndexConcurrently(
            model_name="reportitem", index=models.Index(fields=["item", "report"], name="reports_of_item")
        ),
        migrations.AlterField(
            model_name="reportitem",
            name="item",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="report_items",
                to="hotline.contentitem",
            ),
        ),
    ]
