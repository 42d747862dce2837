"""Articles and their blocks; editors write them."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import awareness.publishing.models
from clicksafely.common.staff.roles import EDITOR, grant


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0002_founding_partners"),
        ("topics", "0004_founding_topics"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.SlugField(
                        help_text="Small letters, digits and hyphens.",
                        max_length=80,
                        unique=True,
                        verbose_name="address",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Empty: a draft. In the future: it appears by itself.",
                        null=True,
                        verbose_name="published from",
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Empty: it stays. In the future: it goes by itself.",
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
                    "preview_key",
                    models.CharField(
                        default=awareness.publishing.models.draw_preview_key, editable=False, max_length=32
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="title")),
                ("title_sr", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=160, null=True, verbose_name="title")),
                ("summary", models.CharField(max_length=300, verbose_name="in one sentence")),
                ("summary_sr", models.CharField(max_length=300, null=True, verbose_name="in one sentence")),
                ("summary_en", models.CharField(max_length=300, null=True, verbose_name="in one sentence")),
                (
                    "topics",
                    models.ManyToManyField(
                        blank=True, related_name="articles", to="topics.topic", verbose_name="topics"
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "news",
                "ordering": ("-published_at", "-id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ArticleBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("image", "Picture"),
                            ("quotation", "Quotation"),
                            ("callout", "Call-out"),
                            ("file", "File"),
                            ("question", "Question and answer"),
                            ("video", "Video"),
                        ],
                        default="text",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "heading",
                    models.CharField(
                        blank=True,
                        help_text="The question, whose words they are, or the name of the file.",
                        max_length=160,
                        verbose_name="heading",
                    ),
                ),
                (
                    "heading_sr",
                    models.CharField(
                        blank=True,
                        help_text="The question, whose words they are, or the name of the file.",
                        max_length=160,
                        null=True,
                        verbose_name="heading",
                    ),
                ),
                (
                    "heading_en",
                    models.CharField(
                        blank=True,
                        help_text="The question, whose words they are, or the name of the file.",
                        max_length=160,
                        null=True,
                        verbose_name="heading",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="text")),
                ("text_sr", models.TextField(blank=True, null=True, verbose_name="text")),
                ("text_en", models.TextField(blank=True, null=True, verbose_name="text")),
                (
                    "alt",
                    models.CharField(
                        blank=True,
                        help_text="For those who cannot see it.",
                        max_length=250,
                        verbose_name="what the picture shows",
                    ),
                ),
                (
                    "alt_sr",
                    models.CharField(
                        blank=True,
                        help_text="For those who cannot see it.",
                        max_length=250,
                        null=True,
                        verbose_name="what the picture shows",
                    ),
                ),
                (
                    "alt_en",
                    models.CharField(
                        blank=True,
                        help_text="For those who cannot see it.",
                        max_length=250,
                        null=True,
                        verbose_name="what the picture shows",
                    ),
                ),
                ("captions", models.TextField(blank=True, verbose_name="captions")),
                ("captions_sr", models.TextField(blank=True, null=True, verbose_name="captions")),
                ("captions_en", models.TextField(blank=True, null=True, verbose_name="captions")),
                ("digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("media_type", models.CharField(blank=True, editable=False, max_length=80)),
                ("file_name", models.CharField(blank=True, editable=False, max_length=120, verbose_name="stored file")),
                ("size", models.PositiveIntegerField(default=0, editable=False)),
                ("width", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("height", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "focus_x",
                    models.PositiveSmallIntegerField(
                        default=50,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="focal point from the left, %",
                    ),
                ),
                (
                    "focus_y",
                    models.PositiveSmallIntegerField(
                        default=50,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="focal point from the top, %",
                    ),
                ),
                (
                    "licence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own", "Our own, all rights reserved"),
                            ("CC0-1.0", "CC0 1.0"),
                            ("CC-BY-4.0", "CC BY 4.0"),
                            ("CC-BY-SA-4.0", "CC BY-SA 4.0"),
                            ("CC-BY-NC-4.0", "CC BY-NC 4.0"),
                            ("permission", "With the author's permission"),
                        ],
                        max_length=16,
                        verbose_name="licence",
                    ),
                ),
                ("credit", models.CharField(blank=True, max_length=160, verbose_name="author")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="blocks", to="editorial.article"
                    ),
                ),
            ],
            options={
                "verbose_name": "block",
                "verbose_name_plural": "blocks",
                "ordering": ("order", "id"),
            },
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["-published_at", "-id"], name="article_latest_first"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at", None),
                    models.Q(("published_at__isnull", False), ("withdrawn_at__gt", models.F("published_at"))),
                    _connector="OR",
                ),
                name="editorial_article_dates_in_order",
                violation_error_message="It cannot be withdrawn before it is published.",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleblock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["text", "image", "quotation", "callout", "file", "question", "video"])
                ),
                name="block_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleblock",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest", ""), ("digest__regex", "^[0-9a-f]{64}$"), _connector="OR"),
                name="block_digest_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleblock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ("image", "file", "video")), _negated=True),
                    models.Q(("digest", ""), _negated=True),
                    _connector="OR",
                ),
                name="block_has_its_file",
                violation_error_message="Choose the file.",
            ),
        ),
        migrations.AddConstraint(
            model_name="articleblock",
            constraint=models.CheckConstraint(
                condition=models.Q(("focus_x__lte", 100), ("focus_y__lte", 100)), name="block_focus_in_the_picture"
            ),
        ),
        migrations.RunPython(
            *grant(
                EDITOR,
                *(
                    f"editorial.{action}_{model}"
                    for model in ("article", "articleblock")
                    for action in ("view", "add", "change", "delete")
                ),
            )
        ),
    ]
