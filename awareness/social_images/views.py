"""Serves drawn pictures. Each is drawn once and stored in the media folder under the digest of its text."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from awareness.social_images.signed_paths import read_picture
from clicksafely.common.http.decorators import read_only

# Version of the drawing; increase it with every change, so that stored pictures are redrawn.
DRAWING = 2
CACHE_FOREVER = "public, max-age=31536000, immutable"


@read_only
def picture(request: HttpRequest, signed: str) -> HttpResponse:
    """The picture of a title, immutable, because its path contains all its content."""
    try:
        title, name, kind = read_picture(signed)
    except ValueError:
        raise Http404 from None
    return HttpResponse(
        _stored_picture(title, name, kind), content_type="image/png", headers={"Cache-Control": CACHE_FOREVER}
    )


def _stored_picture(title: str, name: str, kind: str) -> bytes:
    digest = hashlib.sha256(f"{DRAWING}\0{kind}\0{name}\0{title}".encode()).hexdigest()
    path = Path(settings.MEDIA_ROOT, "pictures", f"{digest}.png")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        # Imported here: Pillow costs each web process 4 MB, and few pictures are drawn.
        from awareness.social_images.render import draw  # noqa: PLC0415

        drawn = draw(title, name, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with open(handle, "wb") as file:
        file.write(drawn)
        # Public and staff process share a group, not the user.
        os.fchmod(file.fileno(), 0o660)
    os.replace(temporary, path)
    return drawn
