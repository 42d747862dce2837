"""A file that is taken away stays as long as versions of its resource may name it."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("library", "0003_planned_dates")]

    operations = [
        migrations.AlterModelOptions(
            name="resourcefile",
            options={
                "default_manager_name": "present",
                "ordering": ("order", "id"),
                "verbose_name": "file",
                "verbose_name_plural": "files",
            },
        ),
        migrations.AlterModelManagers("resourcefile", [("present", models.Manager())]),
        migrations.AddField("resourcefile", "removed_at", models.DateTimeField(editable=False, null=True)),
        migrations.RemoveConstraint("resourcefile", "file_name_once_in_a_resource"),
        migrations.AddConstraint(
            "resourcefile",
            models.UniqueConstraint(
                fields=("resource", "name"),
                condition=Q(removed_at=None),
                name="file_name_once_in_a_resource",
                violation_error_message="This resource already has a file of this name.",
            ),
        ),
    ]
