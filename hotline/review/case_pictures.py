"""The pictures of a case as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Prefetch

from clicksafely.accounts.models import User
from clicksafely.common.permissions import has_role_permission
from hotline.models import FileHash, Referral, ReferralState, Report, Suspicion, Upload, UploadState
from hotline.models.referral import OPEN
from hotline.permissions import MANAGE_QUARANTINE
from hotline.review.selectors import CaseFiles


class RevealedPicture(NamedTuple):
    """One picture as a grey `data:` URL, and whether it is blurred."""

    data_url: str
    is_blurred: bool


# Pictures with a key of their own: one for each digit but 0, which shows them all.
KEYED_PICTURES = 9


class ShownPicture(NamedTuple):
    """One picture with its hashes and its suspicion, if any. `revealed` is set in the response that reveals it.

    `key` is its shortcut, in the order of upload: "shift+1" to "shift+9", "" for further pictures.
    """

    upload: Upload
    file: FileHash | None
    suspicion: Suspicion | None
    revealed: RevealedPicture | None
    key: str


@dataclass
class PicturePanel:
    """The pictures of a case, and what its user may do with them.

    `revealed` are those shown in this response, by the id of the upload.
    """

    report: Report
    user: User
    is_mine: bool
    files: CaseFiles
    revealed: Mapping[int, RevealedPicture]

    @cached_property
    def shown(self) -> list[ShownPicture]:
        """The pictures in the order of upload."""
        standing = Suspicion.objects.filter(withdrawn_at=None).select_related("author")
        uploads = self.report.uploads.order_by("pk").prefetch_related(
            Prefetch("suspicions", standing, to_attr="standing")
        )
        hashed = {file.upload_id: file for file in self.files.files}
        return [
            ShownPicture(
                upload,
                hashed.get(upload.pk),
                next(iter(upload.standing), None),
                self.revealed.get(upload.pk),
                f"shift+{number}" if number <= KEYED_PICTURES else "",
            )
            for number, upload in enumerate(uploads, start=1)
        ]

    @property
    def may_reveal_all(self) -> bool:
        """Whether the user may reveal several pictures together."""
        ready = [each for each in self.shown if each.upload.state == UploadState.READY and not each.upload.locked_at]
        return self.is_mine and len(ready) > 1

    @property
    def has_hidden_pictures(self) -> bool:
        """Whether a picture can be revealed."""
        return any(picture.upload.locked_at is None for picture in self.shown)

    @property
    def awaiting_police_count(self) -> bool:
        """Whether a locked picture has not been handed over to the police yet."""
        return any(
            picture.upload.locked_at is not None and picture.upload.handed_over_at is None for picture in self.shown
        )

    @cached_property
    def handover(self) -> Referral | None:
        """The latest referral of the case's pictures."""
        if not any(picture.upload.locked_at for picture in self.shown):
            return None
        return Referral.objects.filter(report=self.report, is_for_pictures=True).order_by("-pk").first()

    @property
    def is_under_way(self) -> bool:
        return self.handover is not None and self.handover.state in OPEN

    @property
    def has_failed(self) -> bool:
        return self.handover is not None and self.handover.state == ReferralState.FAILED

    @cached_property
    def may_decide(self) -> bool:
        """Whether the user may withdraw suspicions or refer suspected pictures to the police."""
        return has_role_permission(self.user, MANAGE_QUARANTINE)

    @property
    def may_withdraw_suspicion(self) -> bool:
        """Whether the user may withdraw suspicions of others.

        The holder of the case may not, because the holder could then open the picture.
        """
        return self.may_decide and not self.is_mine
