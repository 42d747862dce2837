"""Files of articles as they are served: under their digest, so that they may be kept for ever; a part where a player asks for one."""

import re
from typing import Final

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.editorial.news.files import FOLDER, TYPES

NAME: Final = r"[0-9a-f]{64}(?:-[0-9x-]{1,24})?\.(?:" + "|".join(sorted(TYPES)) + ")"
# RFC 9110, 14.2. Of several parts at once the whole is sent, which is allowed.
_RANGE: Final = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_SHOWN_IN_PAGES: Final = ("image/", "video/")


@csrf_exempt
@require_safe
def media(request: HttpRequest, *, name: str) -> HttpResponseBase:
    """One stored file, whole or in part (206). Documents come as attachments: nothing of theirs runs on this site."""
    path = f"{FOLDER}/{name}"
    try:
        file, size = default_storage.open(path), default_storage.size(path)
    except FileNotFoundError as error:
        raise Http404 from error
    media_type = TYPES[name.rpartition(".")[2]]
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    part = _part(asked, size) if asked and request.method == "GET" else None
    response: HttpResponseBase
    if part is None:
        response = FileResponse(file, content_type=media_type)
    elif not part:
        file.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        with file:
            file.seek(part.start)
            response = HttpResponse(file.read(len(part)), status=206, content_type=media_type)
        response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    shown = media_type.startswith(_SHOWN_IN_PAGES)
    response.headers["Content-Disposition"] = "inline" if shown else f'attachment; filename="{name[:8]}{name[64:]}"'
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _part(asked: re.Match[str], size: int) -> range | None:
    """The bytes that are asked for: empty where there are none, None where nothing is asked for."""
    first, last = asked.groups()
    if not first:
        return range(max(0, size - int(last)), size) if last else None
    start, stop = int(first), min(int(last) + 1 if last else size, size)
    return range(start, stop) if start < stop else range(0)
