"""What goes with the resources of a demonstration: their files on the disk, with previews and small pictures, their versions."""

from awareness.library.covers import cover_path
from awareness.library.models import Resource, ResourceFile
from awareness.topics.demonstration.leaving import leave_records
from clicksafely.common.demoremoval import Leaving


def leave(leaving: Leaving) -> None:
    """Add them."""
    leave_records(leaving, Resource)
    for file in ResourceFile.objects.filter(pk__in=leaving.numbers(ResourceFile)):
        leaving.files |= {file.path, file.preview_path, cover_path(file)}
