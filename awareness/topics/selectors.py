"""Reads of the ground that every page of the public site needs."""

from awareness.topics.founding import SIGNPOSTS
from awareness.topics.lastknown import LastKnown
from awareness.topics.models import Signpost


def active_signposts() -> list[Signpost]:
    """The help lines that are shown, in their order."""
    return list(Signpost.objects.filter(active=True))


known_signposts = LastKnown(active_signposts, fallback=[Signpost(**facts) for facts in SIGNPOSTS])
