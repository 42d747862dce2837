"""Contacts of known parts of the Centre, partners in known roles, blocks under known licences."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0005_blocks_with_cards"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="articleblock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("licence__in", ["", "own", "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "permission"])
                ),
                name="block_licence_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("door__in", ["centre", "hotline", "youth-panel"])), name="contact_door_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="partner",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["consortium", "forerunner", "funder", "supporter", "network"])),
                name="partner_role_known",
            ),
        ),
    ]
