"""The hash list of a demonstration: made-up hashes, and one of a file that came with a demonstration case, so that a match is seen."""

import hashlib
from datetime import datetime

from hotline.models import FileHash, HashList, ListLayout, ListMeaning
from hotline.triage.hash_lists.files import store_file
from hotline.triage.hash_lists.list_import import import_list
from hotline.triage.hash_lists.list_services import ListDetails, add_list
from hotline.triage.hash_lists.matching import sweep_unmatched

DETAILS = ListDetails(
    name="Нацртани облици",
    source="Пример центар",
    label="демонстрација",
    meaning=ListMeaning.OTHER.value,
    layout=ListLayout.SHA256.value,
)
MADE_UP = 500


def load_hash_list(*, now: datetime) -> HashList:
    """Import the list through the services, and hold the files of all cases against it."""
    came = FileHash.objects.filter(sha256__isnull=False).order_by("pk").values_list("sha256", flat=True)[:1]
    made_up = [hashlib.sha256(f"demonstration {number}".encode()).digest() for number in range(MADE_UP)]
    digests = sorted([*(bytes(one) for one in came if one), *made_up])
    stored = store_file([b"".join([digest.hex().encode() + b"\n" for digest in digests])])
    added = add_list(details=DETAILS, stored=stored, replaces=False, actor=None, now=now)
    import_list(list_id=added.pk, clock=lambda: now)
    sweep_unmatched(now=now, seconds=10)
    added.refresh_from_db()
    return added
