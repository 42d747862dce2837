"""What goes with the events of a demonstration: the versions of their texts."""

from awareness.events.models import Event
from awareness.topics.demonstration.leaving import leave_records
from clicksafely.common.demoremoval import Leaving


def leave(leaving: Leaving) -> None:
    """Add them."""
    leave_records(leaving, Event)
