"""The staff page of all pictures of articles. The chooser of the block form reads it too."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy

from awareness.news.blocks import media_path
from awareness.news.files import rendition, widths_of
from awareness.news.models import ArticleBlock
from awareness.news.pictures import A_PAGE, description_of, known_pictures, uses_of
from clicksafely.common.list_filters import page_number
from clicksafely.common.staff.pages import DetailPage

MAX_SEARCH = 200


class Pictures(DetailPage[None]):
    """A grid of pictures with search: description, licence, author, focal point, and the articles that use it."""

    permissions = ("news.view_article",)
    template_name = "staff/news/pictures.html"
    title = gettext_lazy("Pictures")

    def get_context(self) -> dict[str, Any]:
        search = self.request.GET.get("q", "")[:MAX_SEARCH]
        page = Paginator(known_pictures(search), A_PAGE).get_page(page_number(self.request.GET.get("page", "1")) or 1)
        blocks: list[ArticleBlock] = list(page.object_list)
        uses = uses_of({block.digest for block in blocks})
        pictures = [
            {
                "block": block,
                "small": media_path(rendition(block.digest, widths_of(block.width)[0])),
                "articles": uses.get(block.digest, []),
                "description": json.dumps(description_of(block), ensure_ascii=False),
            }
            for block in blocks
        ]
        return {"q": search, "page": page, "pictures": pictures}
