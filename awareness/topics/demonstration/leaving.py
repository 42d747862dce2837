"""What goes with a published record of a demonstration though no foreign key says so: its versions and the addresses it had."""

from django.db.models import Q

from awareness.topics.models import FormerSlug, Version
from awareness.topics.publication import Publication
from clicksafely.common.demonstration import ROLES
from clicksafely.common.demoremoval import Leaving


def leave_records(leaving: Leaving, model: type[Publication]) -> None:
    """Add them; a record that somebody who is no demonstration account has worked on must not go."""
    kind, ids = model._meta.label_lower, leaving.numbers(model)
    versions = Version.objects.filter(kind=kind, object_id__in=ids)
    real = versions.exclude(Q(author=None) | Q(author__username__in=ROLES))
    for record in model.objects.filter(pk__in=real.values("object_id")).order_by("pk"):
        leaving.reasons.append(f"{kind} {record.slug} was changed by somebody else since")
    leaving.add(versions)
    leaving.add(FormerSlug.objects.filter(kind=kind, object_id__in=ids))
