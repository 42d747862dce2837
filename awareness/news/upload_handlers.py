"""Upload handler of the article form, with a larger size limit for videos."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from awareness.news.files import MAX_VIDEO_BYTES, news_folder
from clicksafely.common.documents.validation import RECORDING_HEAD_BYTES, recording_type
from clicksafely.common.files.file_store import FileWriter
from clicksafely.common.files.image_uploads import MAX_FILE_BYTES
from clicksafely.common.files.upload_handlers import DiskUploadHandler

MAX_TOTAL_BYTES: Final = 512 * 1024 * 1024
TOO_BIG = _(
    "This is too large. The limit is 200 MB for a video, 10 MB for any other file, and 512 MB for all files "
    "sent at once."
)


class ArticleUploadHandler(DiskUploadHandler):
    """Writes uploads into the folder of article files until the form has checked them."""

    too_big = TOO_BIG
    together = MAX_TOTAL_BYTES
    too_much = TOO_BIG

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start a file."""
        self.head = b""
        super().new_file(*args, **kwargs)

    def begin(self) -> FileWriter:
        """Accept every file of the form."""
        return FileWriter(news_folder(), largest=MAX_FILE_BYTES)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Set the size limit from the first bytes, not from the file name."""
        if self.writer and start < RECORDING_HEAD_BYTES:
            self.head += raw_data[:RECORDING_HEAD_BYTES]
            self.writer.largest = MAX_VIDEO_BYTES if recording_type(self.head) else MAX_FILE_BYTES
        super().receive_data_chunk(raw_data, start)
