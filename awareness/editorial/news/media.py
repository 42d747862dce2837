"""Files of articles as they are served: under their digest, so that they may be kept for ever."""

from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.editorial.news.files import TYPES, news_folder
from clicksafely.common.sending import FOR_EVER, send_file

NAME: Final = r"[0-9a-f]{64}(?:-[0-9x-]{1,24})?\.(?:" + "|".join(sorted(TYPES)) + ")"
_SHOWN_IN_PAGES: Final = ("image/", "video/")


@csrf_exempt
@require_safe
def media(request: HttpRequest, *, name: str) -> HttpResponseBase:
    """One stored file. Pictures and videos are shown in pages; documents come as attachments."""
    media_type = TYPES[name.rpartition(".")[2]]
    sent = send_file(
        request,
        news_folder() / name,
        name=f"{name[:8]}{name[64:]}",
        media_type=media_type,
        digest=name,
        caching=FOR_EVER,
        shown=media_type.startswith(_SHOWN_IN_PAGES),
    )
    return sent.response
