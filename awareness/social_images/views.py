"""Sends drawn pictures; each is drawn once and kept in the media folder under the digest of its words."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from awareness.social_images.render import draw
from awareness.social_images.signed_paths import read_picture
from clicksafely.common.http.decorators import read_only

# Goes up with the drawing: pictures of another one are not taken for this one's.
DRAWING = 2
FOR_EVER = "public, max-age=31536000, immutable"


@read_only
def picture(request: HttpRequest, signed: str) -> HttpResponse:
    """The picture of a title; its address holds all that is in it, so it never changes."""
    try:
        title, name, kind = read_picture(signed)
    except ValueError:
        raise Http404 from None
    return HttpResponse(_kept(title, name, kind), content_type="image/png", headers={"Cache-Control": FOR_EVER})


def _kept(title: str, name: str, kind: str) -> bytes:
    digest = hashlib.sha256(f"{DRAWING}\0{kind}\0{name}\0{title}".encode()).hexdigest()
    path = Path(settings.MEDIA_ROOT, "pictures", f"{digest}.png")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        drawn = draw(title, name, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with open(handle, "wb") as file:
        file.write(drawn)
    os.replace(temporary, path)
    return drawn
