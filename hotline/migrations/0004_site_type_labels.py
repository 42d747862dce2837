"""Labels of the site type."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0003_roles"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contentitem",
            name="site_type",
            field=models.PositiveSmallIntegerField(
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
                default=1,
                verbose_name="site type",
            ),
        ),
        migrations.AlterField(
            model_name="sitetyperule",
            name="site_type",
            field=models.PositiveSmallIntegerField(
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
                verbose_name="site type",
            ),
        ),
    ]
