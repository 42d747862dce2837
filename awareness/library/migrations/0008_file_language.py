"""Files have a language and script. That of stored files was at the end of their names."""

from typing import Any

from django.db import migrations, models

LANGUAGES = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}
CHOICES = [
    ("sr-Cyrl", "Serbian, Cyrillic"),
    ("sr-Latn", "Serbian, Latin"),
    ("en", "English"),
    ("hu", "Hungarian"),
    ("rom", "Romani"),
    ("sq", "Albanian"),
    ("bs-Latn", "Bosnian, Latin"),
    ("hr", "Croatian"),
    ("sk", "Slovak"),
    ("ro", "Romanian"),
    ("zxx", "Without words"),
]


def read_names(apps: Any, schema_editor: Any) -> None:
    """Set the language of files such as `plakat-sr-latn.pdf`."""
    files = apps.get_model("library", "ResourceFile")._base_manager
    for code, language in LANGUAGES.items():
        files.filter(name__regex=rf"-{code}\.\w+$").update(language=language)


class Migration(migrations.Migration):
    dependencies = [("library", "0007_resource_quiz")]

    operations = [
        migrations.AddField(
            model_name="resourcefile",
            name="language",
            field=models.CharField(
                blank=True,
                choices=CHOICES,
                db_default="",
                default="",
                help_text="Empty if the file is for every reader.",
                max_length=10,
                verbose_name="language and script",
            ),
        ),
        migrations.RunPython(read_names, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="resourcefile",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", [*(code for code, _label in CHOICES), ""])),
                name="file_language_known",
            ),
        ),
    ]
