"""The pictures of a case as its screen shows them: veiled, or locked and why, and what a supervisor may do about that."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Prefetch
from django.utils.functional import Promise

from clicksafely.common.permissions import has_duty
from hotline.models import FileHash, Referral, ReferralState, Suspicion, Upload, WithdrawReason
from hotline.models.referral import OPEN
from hotline.permissions import MANAGE_QUARANTINE
from hotline.review.case import CasePage


class ShownPicture(NamedTuple):
    """One picture, its hashes where it has any, and who suspects it where somebody does. Never what it shows."""

    upload: Upload
    file: FileHash | None
    suspicion: Suspicion | None


@dataclass
class Pictures:
    """What the user of `page` may see and do there."""

    page: CasePage

    @cached_property
    def shown(self) -> list[ShownPicture]:
        """In the order in which they came."""
        standing = Suspicion.objects.filter(withdrawn_at=None).select_related("author")
        uploads = self.page.report.uploads.order_by("pk").prefetch_related(
            Prefetch("suspicions", standing, to_attr="standing")
        )
        hashed = {file.upload_id: file for file in self.page.files.files}
        return [ShownPicture(upload, hashed.get(upload.pk), next(iter(upload.standing), None)) for upload in uploads]

    @property
    def has_veiled(self) -> bool:
        """Whether there is a picture that may be revealed."""
        return any(picture.upload.locked_at is None for picture in self.shown)

    @property
    def wait_for_police(self) -> bool:
        """Whether there is a locked picture that the police do not have yet."""
        return any(
            picture.upload.locked_at is not None and picture.upload.handed_over_at is None for picture in self.shown
        )

    @cached_property
    def handover(self) -> Referral | None:
        """The last hand-over of the case's pictures."""
        if not any(picture.upload.locked_at for picture in self.shown):
            return None
        return Referral.objects.filter(report=self.page.report, of_pictures=True).order_by("-pk").first()

    @property
    def is_under_way(self) -> bool:
        return self.handover is not None and self.handover.state in OPEN

    @property
    def has_failed(self) -> bool:
        return self.handover is not None and self.handover.state == ReferralState.FAILED

    @cached_property
    def may_decide(self) -> bool:
        """Whether this person may release suspected pictures or refer them to the police."""
        return has_duty(self.page.user, MANAGE_QUARANTINE)

    @property
    def may_free(self) -> bool:
        """Whether this person may withdraw what others suspect: never whoever could then look."""
        return self.may_decide and not self.page.is_mine

    @property
    def withdraw_reasons(self) -> Sequence[tuple[str, str | Promise]]:
        return WithdrawReason.choices
