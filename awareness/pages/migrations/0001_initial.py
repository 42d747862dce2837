"""The tables of the app."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ContactPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "door",
                    models.CharField(
                        choices=[
                            ("centre", "Awareness centre"),
                            ("hotline", "Net Patrola"),
                            ("youth-panel", "Youth panel"),
                        ],
                        max_length=12,
                        verbose_name="part of the Centre",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("phone", "Phone"),
                            ("website", "Website"),
                            ("social", "Social network"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        blank=True, help_text="Shown instead of the address.", max_length=80, verbose_name="label"
                    ),
                ),
                (
                    "label_sr",
                    models.CharField(
                        blank=True,
                        help_text="Shown instead of the address.",
                        max_length=80,
                        null=True,
                        verbose_name="label",
                    ),
                ),
                (
                    "label_en",
                    models.CharField(
                        blank=True,
                        help_text="Shown instead of the address.",
                        max_length=80,
                        null=True,
                        verbose_name="label",
                    ),
                ),
                ("value", models.CharField(max_length=200, verbose_name="address")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("active", models.BooleanField(default=True, verbose_name="shown")),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ("order", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("door", "kind", "value"), name="contact_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "email"), ("value__regex", "^[^@\\s]+@[^@\\s]+$")),
                            models.Q(("kind", "phone"), ("value__regex", "^\\+?[0-9]{3,15}$")),
                            models.Q(("kind__in", ("website", "social")), ("value__regex", "^https?://[^\\s]+$")),
                            _connector="OR",
                        ),
                        name="contact_value_fits_its_kind",
                        violation_error_message="The address does not fit the kind: an e-mail address, digits, or https://…",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Partner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("name_sr", models.CharField(max_length=160, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=160, null=True, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("consortium", "Consortium"),
                            ("forerunner", "Founder of the campaign"),
                            ("funder", "Funder"),
                            ("supporter", "Supporter"),
                            ("network", "Network"),
                        ],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("since", models.PositiveSmallIntegerField(verbose_name="from year")),
                (
                    "until",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Empty while it lasts.", null=True, verbose_name="until year"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what it does")),
                ("note_sr", models.CharField(blank=True, max_length=200, null=True, verbose_name="what it does")),
                ("note_en", models.CharField(blank=True, max_length=200, null=True, verbose_name="what it does")),
                ("url", models.URLField(blank=True, verbose_name="website")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "partner",
                "verbose_name_plural": "partners",
                "ordering": ("order", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("name", "role"), name="partner_once_in_a_role"),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="partner_period_runs_forward",
                        violation_error_message="The last year cannot be before the first.",
                    ),
                    models.UniqueConstraint(fields=("name_sr", "role"), name="partner_once_in_a_role-sr"),
                    models.UniqueConstraint(fields=("name_en", "role"), name="partner_once_in_a_role-en"),
                ],
            },
        ),
    ]
