"""The page "Your own picture": the browser computes the codes of pictures, which are never sent (ADR 0009)."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from clicksafely.common.files.image_uploads import RefusingUploadHandler
from clicksafely.common.files.renditions import MAX_PIXELS
from hotline.categories import CSAM
from hotline.intake.web.draft_ids import LeavableFormMixin
from hotline.intake.web.forms import OwnPicturesField
from hotline.intake.web.steps import FormStep
from hotline.triage.hash_lists.own_pictures import MAX_CODES

FIELD = "own_pictures"
# As `picture_reader.MAX_PICTURE_BYTES`, whose module loads NumPy.
MAX_BYTES = 50 * 1024 * 1024


class OwnPictureView(LeavableFormMixin, View):
    """Explains the codes and computes them. A POST with codes continues with the report form, which carries them."""

    form_purpose = "report"

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        """Refuse file uploads."""
        request.upload_handlers = [RefusingUploadHandler(request)]
        return super().dispatch(request, *args, **kwargs)

    def expired_form(self, request: HttpRequest) -> HttpResponse:
        """Continue with the codes: nothing is stored."""
        return self.post(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show the report form with the codes, or this page again (422)."""
        try:
            codes = OwnPicturesField().clean(request.POST.getlist(FIELD))
        except ValidationError as error:
            return self._show(notice=error.messages[0])
        if not codes:
            return self._show(notice=_("There is no picture code yet. Choose a picture first."))
        step = FormStep(request, category=CSAM.code, child=True, token=self.form_token())
        step.fill({FIELD: codes})
        return step.render()

    def _show(self, *, notice: str = "") -> HttpResponse:
        context = {
            "form_token": self.form_token(),
            "notice": notice,
            "max_bytes": MAX_BYTES,
            "max_pixels": MAX_PIXELS,
            "max_codes": MAX_CODES,
        }
        return render(self.request, "public/hotline/report/own_picture.html", context, status=422 if notice else 200)
