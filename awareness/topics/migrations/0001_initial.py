"""The tables of the app."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Signpost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="short name")),
                ("title", models.CharField(max_length=120, verbose_name="name")),
                ("title_sr", models.CharField(max_length=120, null=True, verbose_name="name")),
                ("title_en", models.CharField(max_length=120, null=True, verbose_name="name")),
                ("description", models.TextField(max_length=400, verbose_name="when to call")),
                ("description_sr", models.TextField(max_length=400, null=True, verbose_name="when to call")),
                ("description_en", models.TextField(max_length=400, null=True, verbose_name="when to call")),
                (
                    "phone",
                    models.CharField(
                        help_text="As it is dialled, digits only.",
                        max_length=16,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\+?[0-9]{3,15}$", "Digits only, with a plus sign in front if needed."
                            )
                        ],
                        verbose_name="phone number",
                    ),
                ),
                ("free", models.BooleanField(default=False, verbose_name="free of charge")),
                ("around_the_clock", models.BooleanField(default=False, verbose_name="day and night")),
                ("url", models.URLField(blank=True, verbose_name="website")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("active", models.BooleanField(default=True, verbose_name="shown")),
            ],
            options={
                "verbose_name": "help line",
                "verbose_name_plural": "help lines",
                "ordering": ("order", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("phone__regex", "^\\+?[0-9]{3,15}$")),
                        name="signpost_phone_can_be_dialled",
                        violation_error_message="Digits only, with a plus sign in front if needed.",
                    )
                ],
            },
        ),
    ]
