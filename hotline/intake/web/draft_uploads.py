"""Pictures of an unfinished report form or message. Valid ones are stored encrypted at once and survive errors in other fields."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from clicksafely.common.files.image_uploads import ImageRefused
from clicksafely.common.http import limits
from clicksafely.common.http.proof_of_work import verify_challenge
from clicksafely.common.sandbox.runner import PLACE_SECONDS, RESULT_SECONDS, SandboxBusy, network_of, place_in_pool
from hotline.intake import services
from hotline.intake.pictures import read_picture
from hotline.intake.web.forms import NewPicture, PicturesForm
from hotline.intake.web.report_draft import DraftPicture, open_pictures
from hotline.models import Upload, UploadState
from hotline.triage.hash_lists.digests import digest_file

SEALED_PICTURES_FIELD = "sealed_pictures"
REMOVE_FIELD = "remove"


class TooManyForms(Exception):
    """The network has sent many pictures and must solve a challenge first. Nothing was stored."""


class DraftUploads:
    """The pictures of one submitted form. `stored_pictures` are the stored ones, in order of upload."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.token = request.POST.get(SEALED_PICTURES_FIELD, "")
        earlier_pictures = open_pictures(self.token) if self.token else []
        unticked = set(request.POST.getlist(REMOVE_FIELD))
        self.lost = earlier_pictures is None
        self.stored_pictures = [picture for picture in earlier_pictures or [] if picture.id not in unticked]
        self._unwanted = [UUID(picture.id) for picture in earlier_pictures or [] if picture.id in unticked]

    def settle(self, form: PicturesForm, *, now: datetime) -> None:
        """Delete unticked pictures, store valid ones, and extend the life of the others.

        Problems are added to the field's errors. Raises TooManyForms and database errors.
        """
        if self._unwanted:
            services.discard_uploads(uploads=self._unwanted)
        if form.new_pictures:
            self._store(form, now)
        ids = [UUID(picture.id) for picture in self.stored_pictures]
        held = services.extend_uploads(uploads=ids, now=now) if ids else set()
        if self.lost or len(held) < len(ids):
            self.stored_pictures[:] = [picture for picture in self.stored_pictures if UUID(picture.id) in held]
            form.add_error("images", missing_pictures_message())

    def _store(self, form: PicturesForm, now: datetime) -> None:
        over = limits.FORMS_WITH_PICTURES.is_over(self.request)
        if over and not verify_challenge(self.request, bound_to=self.token):
            raise TooManyForms
        for picture in form.new_pictures:
            try:
                upload = self._store_one(picture, now)
            except ImageRefused as refusal:
                form.add_error("images", f"{picture.name}: {refusal.message}")
                continue
            except services.UploadStorageFull:
                form.add_error(
                    "images",
                    _("This picture cannot be stored right now. Try again in a minute, or send the rest without it."),
                )
                return
            waiting = upload.state == UploadState.WAITING
            self.stored_pictures.append(
                DraftPicture(id=str(upload.uuid), name=picture.name, size=upload.size, waiting=waiting)
            )

    def _store_one(self, picture: NewPicture, now: datetime) -> Upload:
        """Read and store the picture; store it as uploaded if that takes too long or no process is free.

        Raises ImageRefused, UploadStorageFull.
        """
        if limits.PICTURE_BYTES.is_over(self.request, step=len(picture.data)):
            raise services.UploadStorageFull
        with suppress(SandboxBusy):
            try:
                with place_in_pool(network=network_of(self.request), seconds=PLACE_SECONDS):
                    read = read_picture(picture.data, media_type=picture.media_type, seconds=RESULT_SECONDS)
                return services.store_upload(image=read.image, file=read.file, now=now)
            except ImageRefused as refusal:
                if refusal.code != "too-complex":
                    raise
        file = digest_file(picture.data, media_type=picture.media_type)
        return services.store_waiting_upload(data=picture.data, kind=picture.kind, file=file, now=now)


def too_many_pictures_message() -> str:
    """Return the message for a network that must solve a challenge before its pictures are stored."""
    return _("We are receiving many pictures. Choose yours again and solve the short task at the end of the form.")


def missing_pictures_message() -> str:
    """Return the message for pictures that have expired or belong to another report."""
    return _("The pictures you added earlier are no longer available. Please choose them again.")
