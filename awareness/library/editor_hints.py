"""Hints for editors about missing texts, files and licences of a resource. Hints do not block saving."""

from django.utils.translation import gettext as _

from awareness.library.enums import ResourceKind
from awareness.library.models import Resource
from awareness.publishing.editor_hints import EditorHint, label_of, record_hints, rich_text_hints, translation_hints

# {rich text field: the level of the heading above it on the public page}
ABOVE = {"description": 1, "use_in_class": 2}


def resource_hints(resource: Resource) -> list[EditorHint]:
    """Return hints for the texts, then for missing parts, then for the files in their order."""
    found = record_hints(resource)
    for name, above in ABOVE.items():
        found += rich_text_hints(resource, (name,), above=above)
    files = list(resource.files.all())
    if not files and resource.kind != ResourceKind.GUIDE:
        found.append(EditorHint(str(resource), _("The resource has no files yet.")))
    if not resource.licence:
        found.append(
            EditorHint(
                label_of(resource, "licence"),
                _(
                    "Readers do not know what they may do with these files. The resource cannot be published "
                    "without a licence."
                )
                if files
                else _("The resource has no licence yet. It cannot be published without one."),
            )
        )
    if not resource.topics.exists():
        found.append(
            EditorHint(label_of(resource, "topics"), _("No topic is selected, so no topic page lists this resource."))
        )
    for file in files:
        if file.language and file.language not in {resource.language, *resource.other_languages}:
            missing = _(
                "The resource does not list the language of this file, so the filter by language does not find it."
            )
            found.append(EditorHint(file.name, missing))
        found += [EditorHint(f"{file.name}, {hint.where}", hint.what) for hint in translation_hints(file)]
    return found
