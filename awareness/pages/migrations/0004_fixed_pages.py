"""Fixed pages and their sections, with the folded title and address as a computed column, and the permissions of the editor."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from clicksafely.common.staff.roles import EDITOR, grant

ADD = """
    ALTER TABLE pages_fixedpage ADD COLUMN folded text GENERATED ALWAYS AS (
        ' ' || clicksafely_fold(coalesce(title_sr, '') || ' ' || coalesce(title_en, '') || ' ' || slug)
    ) STORED
"""
EDITOR_PERMISSIONS = (
    "pages.add_pagesection",
    "pages.change_fixedpage",
    "pages.change_pagesection",
    "pages.delete_pagesection",
    "pages.view_fixedpage",
    "pages.view_pagesection",
)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0003_roles"),
        ("common", "0003_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="FixedPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.SlugField(
                        help_text="Use lower-case letters, digits and hyphens.",
                        max_length=80,
                        unique=True,
                        verbose_name="address",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="If empty, the page is a draft. At a future time, the page is published automatically.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="If empty, the page stays published. At a future time, the page is withdrawn automatically.",
                        null=True,
                        verbose_name="withdrawn from",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="last changed"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "title",
                    models.CharField(
                        help_text="In the browser tab, in search results and above the heading.",
                        max_length=120,
                        verbose_name="title",
                    ),
                ),
                (
                    "title_sr",
                    models.CharField(
                        help_text="In the browser tab, in search results and above the heading.",
                        max_length=120,
                        null=True,
                        verbose_name="title",
                    ),
                ),
                (
                    "title_en",
                    models.CharField(
                        help_text="In the browser tab, in search results and above the heading.",
                        max_length=120,
                        null=True,
                        verbose_name="title",
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        help_text="In search results and shared links.", max_length=300, verbose_name="in one sentence"
                    ),
                ),
                (
                    "summary_sr",
                    models.CharField(
                        help_text="In search results and shared links.",
                        max_length=300,
                        null=True,
                        verbose_name="in one sentence",
                    ),
                ),
                (
                    "summary_en",
                    models.CharField(
                        help_text="In search results and shared links.",
                        max_length=300,
                        null=True,
                        verbose_name="in one sentence",
                    ),
                ),
                (
                    "heading",
                    models.CharField(
                        help_text="On the home page, words between two asterisks are highlighted.",
                        max_length=160,
                        verbose_name="heading",
                    ),
                ),
                (
                    "heading_sr",
                    models.CharField(
                        help_text="On the home page, words between two asterisks are highlighted.",
                        max_length=160,
                        null=True,
                        verbose_name="heading",
                    ),
                ),
                (
                    "heading_en",
                    models.CharField(
                        help_text="On the home page, words between two asterisks are highlighted.",
                        max_length=160,
                        null=True,
                        verbose_name="heading",
                    ),
                ),
                ("lead", models.CharField(max_length=400, verbose_name="introduction")),
                ("lead_sr", models.CharField(max_length=400, null=True, verbose_name="introduction")),
                ("lead_en", models.CharField(max_length=400, null=True, verbose_name="introduction")),
                (
                    "keywords",
                    models.CharField(
                        blank=True,
                        help_text="Words that visitors search by, slang too, separated by commas. Visitors do not see them.",
                        max_length=600,
                        verbose_name="search words",
                    ),
                ),
                (
                    "keywords_sr",
                    models.CharField(
                        blank=True,
                        help_text="Words that visitors search by, slang too, separated by commas. Visitors do not see them.",
                        max_length=600,
                        null=True,
                        verbose_name="search words",
                    ),
                ),
                (
                    "keywords_en",
                    models.CharField(
                        blank=True,
                        help_text="Words that visitors search by, slang too, separated by commas. Visitors do not see them.",
                        max_length=600,
                        null=True,
                        verbose_name="search words",
                    ),
                ),
            ],
            options={
                "verbose_name": "fixed page",
                "verbose_name_plural": "fixed pages",
                "ordering": ("id",),
                "abstract": False,
                "default_permissions": ("change", "view"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "slug__in",
                                [
                                    "home",
                                    "for-children",
                                    "for-parents",
                                    "for-teachers",
                                    "help",
                                    "about",
                                    "partners",
                                    "contact",
                                    "privacy",
                                    "accessibility",
                                ],
                            ),
                            ("withdrawn_at", None),
                        ),
                        name="fixed_page_known_and_public",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PageSection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("history", "List of years"),
                            ("figures", "List of figures in large type"),
                            ("help_lines", "Help lines"),
                            ("crisis_lines", "Lines for thoughts of suicide"),
                            ("removal_services", "Picture removal services"),
                            ("report", "Button of the report form"),
                            ("own_picture", "Link to “Your own picture”"),
                            ("rights", "Links to a report and to the contacts"),
                            ("partners", "Link to the partners"),
                            ("youth_panel", "Link to the youth panel"),
                            ("help", "Link to the help page"),
                            ("contact", "Link to the contacts"),
                            ("about", "Link to “About the Centre”"),
                            ("next_steps", "Buttons of help and report"),
                            ("class_quiz", "Quiz with a class"),
                            ("sources", "Sources in small type"),
                            ("net_patrola", "Net Patrola with a sample code"),
                            ("centre", "Figures of the Centre"),
                        ],
                        default="text",
                        help_text="How the text looks, or what follows it.",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="heading")),
                ("title_sr", models.CharField(max_length=160, null=True, verbose_name="heading")),
                ("title_en", models.CharField(max_length=160, null=True, verbose_name="heading")),
                ("text", models.TextField(verbose_name="text")),
                ("text_sr", models.TextField(null=True, verbose_name="text")),
                ("text_en", models.TextField(null=True, verbose_name="text")),
                (
                    "slug",
                    models.SlugField(
                        help_text="Other pages link to it.", max_length=80, verbose_name="address within the page"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sections", to="pages.fixedpage"
                    ),
                ),
            ],
            options={
                "verbose_name": "section",
                "verbose_name_plural": "sections",
                "ordering": ("order", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("page", "slug"),
                        name="page_section_once",
                        violation_error_message="Another section of this page has this address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "text",
                                    "history",
                                    "figures",
                                    "help_lines",
                                    "crisis_lines",
                                    "removal_services",
                                    "report",
                                    "own_picture",
                                    "rights",
                                    "partners",
                                    "youth_panel",
                                    "help",
                                    "contact",
                                    "about",
                                    "next_steps",
                                    "class_quiz",
                                    "sources",
                                    "net_patrola",
                                    "centre",
                                ],
                            )
                        ),
                        name="page_section_kind_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(ADD, reverse_sql="ALTER TABLE pages_fixedpage DROP COLUMN folded"),
        migrations.RunPython(*grant(EDITOR, *EDITOR_PERMISSIONS)),
    ]
