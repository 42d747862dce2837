"""A page says whether its sections are folded. Until now, pages with more than seven sections folded them."""

from typing import Any

from django.db import migrations, models

MOST_OPEN = 7
# Pages whose list of sections had only the texts.
TEXTS_ONLY = ("home", "for-children", "for-parents", "for-teachers")


def fold_long_pages(apps: Any, schema_editor: Any) -> None:
    """Keep the look of stored pages."""
    pages = apps.get_model("pages", "FixedPage")._base_manager
    for page in pages.all():
        sections = page.sections.all()
        listed = sections.filter(kind="text") if page.slug in TEXTS_ONLY else sections
        if listed.count() > MOST_OPEN:
            pages.filter(pk=page.pk).update(folds_sections=True)


class Migration(migrations.Migration):
    dependencies = [("pages", "0004_fixed_pages")]

    operations = [
        migrations.AddField(
            model_name="fixedpage",
            name="folds_sections",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The first text and the sections with buttons or figures stay open.",
                verbose_name="fold the sections",
            ),
        ),
        migrations.RunPython(fold_long_pages, migrations.RunPython.noop),
    ]
