"""What an editor is told after saving a resource: nothing that forbids, everything that readers will miss."""

from django.utils.translation import gettext as _

from awareness.library.models import Resource
from awareness.publishing.editor_hints import EditorHint, label_of, missing_english_hints, record_hints, rich_text_hints

# On the page the description stands under the title, what to do in class under a heading of its own.
ABOVE = {"description": 1, "use_in_class": 2}


def resource_hints(resource: Resource) -> list[EditorHint]:
    """Its own texts, what it lacks, then its files in their order."""
    found = record_hints(resource)
    for name, above in ABOVE.items():
        found += rich_text_hints(resource, (name,), above=above)
    files = list(resource.files.all())
    if not files:
        found.append(EditorHint(str(resource), _("There is no file yet.")))
    if not resource.licence:
        found.append(
            EditorHint(
                label_of(resource, "licence"),
                _("Nobody knows what they may do with these files. Without a licence it cannot be published.")
                if files
                else _("There is no licence yet: without one it cannot be published."),
            )
        )
    if not resource.topics.exists():
        found.append(
            EditorHint(label_of(resource, "topics"), _("No topic is chosen: nobody finds it from a topic's page."))
        )
    for file in files:
        found += [EditorHint(f"{file.name}, {remark.where}", remark.what) for remark in missing_english_hints(file)]
    return found
