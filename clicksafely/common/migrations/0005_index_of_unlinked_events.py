"""The index of transaction numbers holds unlinked events only."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("common", "0004_erasable_transaction_numbers")]

    operations = [
        AddIndexConcurrently(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("txid__isnull", False)), fields=["txid", "id"], name="audit_unlinked"
            ),
        ),
        RemoveIndexConcurrently(model_name="auditevent", name="audit_txid"),
    ]
