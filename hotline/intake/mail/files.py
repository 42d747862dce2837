"""The files of a message: digests, types by content, sizes and names stay, the bytes go."""

from io import BytesIO

from PIL import Image

from clicksafely.common.mail.headers import one_line, split_parameters
from clicksafely.common.mail.structure import Part
from clicksafely.common.uploads import BOMB, BROKEN
from hotline.intake.mail.media import media_type
from hotline.triage.hashes.digests import PICTURES, FileDigest, digest_file

MAX_FILES = 1_000
# Of all pictures together, for PDQ; they take some ten seconds.
MAX_PIXELS = 400_000_000
LONGEST_NAME = 255


class Files:
    """`digests` and `names` in the same order. Files beyond MAX_FILES are counted in `left_out`; pictures beyond MAX_PIXELS get no PDQ."""

    def __init__(self, notes: dict[str, None]) -> None:
        self.digests: list[FileDigest] = []
        self.names: list[str] = []
        self.left_out = 0
        self._notes = notes
        self._pixels = MAX_PIXELS

    def keep(self, data: bytes, *, declared: str = "", name: str = "") -> None:
        """Take a file of a declared type; an empty one is none."""
        if not data:
            return
        if len(self.digests) >= MAX_FILES:
            self.leave_out(1)
            return
        self._pixels -= _pixels(data)
        if self._pixels < 0:
            self._notes["pictures_not_compared"] = None
        digest = digest_file(data, media_type=media_type(data, declared), as_picture=self._pixels >= 0)
        self.digests.append(digest)
        self.names.append(one_line(name)[:LONGEST_NAME])

    def leave_out(self, count: int) -> None:
        """Count parts that are not looked at."""
        self.left_out += count
        self._notes["too_many_parts"] = None


def name_of(part: Part) -> str:
    """The name that a part gives its file, "" where it gives none."""
    _disposition, parameters = split_parameters(part.headers.first("content-disposition"))
    return parameters.get("filename") or parameters.get("name") or part.parameters.get("name", "")


def is_attached(part: Part) -> bool:
    """Whether a part is a file beside the message, and not what the message says."""
    return bool(name_of(part)) or split_parameters(part.headers.first("content-disposition"))[0] == "attachment"


def _pixels(data: bytes) -> int:
    try:
        with Image.open(BytesIO(data), formats=PICTURES) as image:
            return image.width * image.height
    except (*BOMB, *BROKEN):
        return 0
