"""Where hosts are: look-ups, the register of abuse contacts with its founding rows, hints at the kind of site."""

import django.db.models.functions.text
from django.db import migrations, models

from clicksafely.common.staff.roles import ANALYST, SUPERVISOR, grant

ANALYSTS = ["hotline.view_host", "hotline.change_host"]
SUPERVISORS = [
    *ANALYSTS,
    "hotline.view_abusecontact",
    "hotline.view_sitetypehint",
    "hotline.add_abusecontact",
    "hotline.change_abusecontact",
    "hotline.add_sitetypehint",
    "hotline.change_sitetypehint",
    "hotline.delete_sitetypehint",
]


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0007_partners"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="AbuseContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("host", "host"),
                            ("domain", "domain"),
                            ("asn", "network (AS number)"),
                            ("registrar", "registrar"),
                            ("tld", "registry of a top-level domain"),
                            ("country", "country"),
                        ],
                        max_length=10,
                        verbose_name="responsible for",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="Host or domain, AS number, name of the registrar, top-level domain, or code of the country.",
                        max_length=255,
                        verbose_name="which one",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail for reports")),
                ("form_address", models.URLField(blank=True, verbose_name="address of a form")),
                (
                    "language",
                    models.CharField(
                        blank=True, help_text="For example en or sr.", max_length=8, verbose_name="language"
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        help_text="Code of two letters, for example RS.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
                ("is_cdn", models.BooleanField(default=False, verbose_name="delivers for others (CDN)")),
                ("notes", models.TextField(blank=True, max_length=2000, verbose_name="notes")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "abuse contact",
                "verbose_name_plural": "abuse contacts",
                "ordering": ["kind", "key"],
            },
        ),
        migrations.CreateModel(
            name="Host",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255, unique=True, verbose_name="host")),
                ("addresses", models.JSONField(default=list, verbose_name="addresses")),
                ("address_count", models.PositiveIntegerField(default=0)),
                ("aliases", models.JSONField(default=list, verbose_name="leads through")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("asn", models.BigIntegerField(null=True, verbose_name="network (AS number)")),
                ("organisation", models.CharField(blank=True, max_length=200, verbose_name="organisation")),
                ("registrar", models.CharField(blank=True, max_length=120, verbose_name="registrar")),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("timeout", "the name server did not answer"),
                            ("unreachable", "the name server could not be reached"),
                            ("servfail", "the name server could not find it out"),
                            ("refused", "the name server refused to answer"),
                            ("nxdomain", "there is no such name"),
                            ("no_address", "the name has no address"),
                            ("loop", "the name leads round in a circle"),
                            ("malformed", "the answer could not be read"),
                            ("bad_name", "it is no name that can be looked up"),
                            ("no_resolver", "no name server is configured"),
                        ],
                        max_length=12,
                        verbose_name="problem",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="failed attempts")),
                ("looked_up_at", models.DateTimeField(null=True, verbose_name="looked up")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="good until")),
                ("next_lookup_at", models.DateTimeField(null=True, verbose_name="next look-up")),
            ],
            options={
                "verbose_name": "host",
                "verbose_name_plural": "hosts",
            },
        ),
        migrations.CreateModel(
            name="NetworkFileState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("country", "countries of addresses"), ("asn", "networks of addresses")],
                        max_length=8,
                        unique=True,
                        verbose_name="database",
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("missing", "the file is missing"),
                            ("unreadable", "the file may not be read"),
                            ("broken", "the file is broken or cut short"),
                            ("wrong_kind", "the file is a database of something else"),
                        ],
                        max_length=12,
                        verbose_name="problem",
                    ),
                ),
                ("built_at", models.DateTimeField(null=True, verbose_name="built")),
                ("in_use", models.BooleanField(default=False)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SiteTypeHint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "host",
                    models.CharField(
                        blank=True,
                        help_text="With every host below it. Empty: any host.",
                        max_length=255,
                        verbose_name="host",
                    ),
                ),
                (
                    "path",
                    models.CharField(
                        blank=True,
                        help_text="For example /forum. Empty: any path.",
                        max_length=120,
                        verbose_name="path",
                    ),
                ),
                (
                    "site_type",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "not determined"),
                            (2, "website"),
                            (3, "file host"),
                            (4, "image store"),
                            (5, "image board"),
                            (6, "forum"),
                            (7, "banner site"),
                            (8, "link site"),
                            (9, "social site"),
                            (10, "redirector"),
                            (11, "web archive"),
                            (18, "search provider"),
                            (20, "image host"),
                            (22, "blog"),
                        ],
                        verbose_name="kind of site",
                    ),
                ),
            ],
            options={
                "verbose_name": "hint at the kind of site",
                "verbose_name_plural": "hints at the kind of site",
                "ordering": ["host", "path"],
            },
        ),
        migrations.AddField(
            model_name="contentitem",
            name="network",
            field=models.BigIntegerField(editable=False, null=True, verbose_name="network (AS number)"),
        ),
        migrations.AddField(
            model_name="contentitem",
            name="site_type_guessed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="contentitem",
            index=models.Index(
                condition=models.Q(("verdict", ""), _negated=True),
                fields=["host", "verdict", "-id"],
                name="item_host_verdict",
            ),
        ),
        migrations.AddIndex(
            model_name="contentitem",
            index=models.Index(
                condition=models.Q(models.Q(("verdict", ""), _negated=True), ("network__isnull", False)),
                fields=["network", "verdict", "-id"],
                name="item_network_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="abusecontact",
            constraint=models.UniqueConstraint(fields=("kind", "key"), name="one_contact_a_key"),
        ),
        migrations.AddConstraint(
            model_name="abusecontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["host", "domain", "asn", "registrar", "tld", "country"])),
                name="contact_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="abusecontact",
            constraint=models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="contact_has_key"),
        ),
        migrations.AddConstraint(
            model_name="abusecontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_cdn", False), ("kind", "asn"), _connector="OR"), name="contact_cdn_is_network"
            ),
        ),
        migrations.AddIndex(
            model_name="host",
            index=models.Index(
                condition=models.Q(("next_lookup_at__isnull", False)), fields=["next_lookup_at"], name="host_due"
            ),
        ),
        migrations.AddIndex(
            model_name="host",
            index=models.Index(condition=models.Q(("asn__isnull", False)), fields=["asn", "-id"], name="host_asn"),
        ),
        migrations.AddIndex(
            model_name="host",
            index=models.Index(
                condition=models.Q(("country", ""), _negated=True), fields=["country", "-id"], name="host_country"
            ),
        ),
        migrations.AddIndex(
            model_name="host",
            index=models.Index(
                condition=models.Q(("problem", ""), _negated=True), fields=["problem", "-id"], name="host_problem"
            ),
        ),
        migrations.AddConstraint(
            model_name="host",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True), ("name", django.db.models.functions.text.Lower("name"))
                ),
                name="host_name_lower_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="host",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "problem__in",
                        [
                            "",
                            "timeout",
                            "unreachable",
                            "servfail",
                            "refused",
                            "nxdomain",
                            "no_address",
                            "loop",
                            "malformed",
                            "bad_name",
                            "no_resolver",
                        ],
                    )
                ),
                name="host_problem_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="host",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("expires_at__isnull", True), ("looked_up_at__isnull", True)),
                    models.Q(("expires_at__isnull", False), ("looked_up_at__isnull", False)),
                    _connector="OR",
                ),
                name="host_lookup_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="host",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asn__isnull", True), models.Q(("asn__gt", 0), ("asn__lt", 4294967296)), _connector="OR"
                ),
                name="host_asn_32_bits",
            ),
        ),
        migrations.AddConstraint(
            model_name="networkfilestate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["country", "asn"])), name="network_file_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="networkfilestate",
            constraint=models.CheckConstraint(
                condition=models.Q(("problem__in", ["", "missing", "unreadable", "broken", "wrong_kind"])),
                name="network_file_problem_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitetypehint",
            constraint=models.UniqueConstraint(fields=("host", "path"), name="one_hint_a_place"),
        ),
        migrations.AddConstraint(
            model_name="sitetypehint",
            constraint=models.CheckConstraint(
                condition=models.Q(("host", ""), ("path", ""), _negated=True), name="hint_not_for_everything"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitetypehint",
            constraint=models.CheckConstraint(
                condition=models.Q(("site_type__in", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 18, 20, 22])),
                name="hint_site_type_known",
            ),
        ),
        migrations.RunPython(*grant(ANALYST, *ANALYSTS)),
        migrations.RunPython(*grant(SUPERVISOR, *SUPERVISORS)),
    ]
