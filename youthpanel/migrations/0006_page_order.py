from django.db import migrations

import clicksafely.common.places
import clicksafely.common.serbian.alphabet


class Migration(migrations.Migration):
    dependencies = [("youthpanel", "0005_revisions")]

    operations = [
        migrations.AlterModelOptions(
            name="member",
            options={
                "ordering": ("cohort", clicksafely.common.serbian.alphabet.PageOrder("pseudonym"), "id"),
                "permissions": (("open_identity", "Can open the identity of members"),),
                "verbose_name": "member",
                "verbose_name_plural": "members",
            },
        ),
        migrations.AlterModelOptions(
            name="school",
            options={
                "ordering": (
                    clicksafely.common.places.TownOrder("town"),
                    clicksafely.common.serbian.alphabet.PageOrder("name"),
                    "id",
                ),
                "verbose_name": "school",
                "verbose_name_plural": "schools",
            },
        ),
    ]
