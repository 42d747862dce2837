"""Pictures of an unfinished report form. Valid ones are stored encrypted at once and survive errors in other fields."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from clicksafely.common.http.proof_of_work import verify_challenge
from clicksafely.common.http.rate_limits import over_limit
from hotline.intake import services
from hotline.intake.web.forms import ReportForm
from hotline.intake.web.report_draft import DraftPicture, open_pictures

KEPT_FIELD = "kept"
REMOVE_FIELD = "remove"
# Forms with pictures per network and hour before a proof of work is required.
FORMS_PER_HOUR = 40


class TooManyForms(Exception):
    """The network has sent many pictures and must solve a challenge first. Nothing was stored."""


class DraftUploads:
    """The pictures of one submitted form. `kept` are the stored ones, in order of upload."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.token = request.POST.get(KEPT_FIELD, "")
        known = open_pictures(self.token) if self.token else []
        unticked = set(request.POST.getlist(REMOVE_FIELD))
        self.lost = known is None
        self.kept = [picture for picture in known or [] if picture.id not in unticked]
        self._unwanted = [UUID(picture.id) for picture in known or [] if picture.id in unticked]

    def settle(self, form: ReportForm, *, now: datetime) -> None:
        """Delete unticked pictures, store valid ones, and extend the life of the others.

        Problems are added to the field's errors. Raises TooManyForms and database errors.
        """
        if self._unwanted:
            services.discard_uploads(uploads=self._unwanted)
        if form.new_pictures:
            self._store(form, now)
        ids = [UUID(picture.id) for picture in self.kept]
        held = services.extend_uploads(uploads=ids, now=now) if ids else set()
        if self.lost or len(held) < len(ids):
            self.kept[:] = [picture for picture in self.kept if UUID(picture.id) in held]
            form.add_error("images", missing_pictures_message())

    def _store(self, form: ReportForm, now: datetime) -> None:
        over = over_limit(self.request, scope="pictures", limit=FORMS_PER_HOUR, window=3600)
        if over and not verify_challenge(self.request.POST, bound_to=self.token):
            raise TooManyForms
        for name, image, file in form.new_pictures:
            try:
                upload = services.store_upload(image=image, file=file, now=now)
            except services.UploadStorageFull:
                form.add_error("images", _("This picture cannot be stored right now. Try again in a minute, or send the report without it."))  # fmt: skip
                return
            self.kept.append(DraftPicture(id=str(upload.uuid), name=name, size=upload.size))


def missing_pictures_message() -> str:
    """Return the message for pictures that have expired or belong to another report."""
    return _("The pictures you added earlier are no longer there. Please choose them again.")
