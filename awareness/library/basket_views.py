"""Public views of the basket and of its zip bundle."""

from collections.abc import Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.library import selectors, services, zip_bundles
from awareness.library.basket import MAX_RESOURCES, read_basket
from awareness.library.models import Bundle, BundleState, Resource, ResourceFile
from awareness.publishing.shortcuts import serbian_only_fields
from clicksafely.common.files.file_response import send_file
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.page_metadata import build_absolute_url

FILE_NAME = "klikni-bezbedno.zip"
TOO_LARGE = _("This is too much for one zip file, which may hold 512 MB. Remove something.")


def request_zip(
    request: HttpRequest,
    resources: Sequence[Resource],
    *,
    quizzes: Sequence[tuple[str, str]] = (),
    pages: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Request the bundle and redirect to its progress page; 429 above the limit. Raises EmptyBundle, BundleTooLarge.

    `quizzes`: titles and full URLs for the list of licences. `pages`: HTML pages by their names in the zip file.
    """
    language = get_language() or SERBIAN

    def address(resource: Resource) -> str:
        return build_absolute_url(request, reverse("resource", args=[resource.slug]))

    if limits.ZIP_FILES.is_over(request):
        return render(request, "429.html", status=429)
    bundle = zip_bundles.request_bundle(
        resources=resources,
        language=language,
        licences=zip_bundles.licences_text(resources, language, address, links=quizzes),
        pages=pages,
        now=timezone.now(),
    )
    return HttpResponseRedirect(reverse("bundle", args=[bundle.key]), status=303)


class BasketView(CookielessFormMixin, View):
    """Show the basket; a POST request creates its bundle."""

    form_purpose = "bundle"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the resources in the basket and their total size."""
        return self._show()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Request the bundle and redirect to its progress page."""
        try:
            return request_zip(request, selectors.in_basket(read_basket(request.GET).slugs, timezone.now()))
        except zip_bundles.BundleTooLarge:
            return self._show(TOO_LARGE, status=422)
        except zip_bundles.EmptyBundle:
            return self._show(_("There are no files in the basket to download."), status=422)

    def _show(self, problem: str | Promise = "", *, status: int = 200) -> HttpResponse:
        basket = read_basket(self.request.GET)
        resources = selectors.in_basket(basket.slugs, timezone.now())
        files = [file for resource in resources for file in resource.files.all()]
        context = {
            "basket": basket,
            "rows": [
                (resource, basket.without(resource.slug).query, sum(file.size for file in resource.files.all()))
                for resource in resources
            ],
            "foreign": [resource.pk for resource in resources if "title" in serbian_only_fields(resource, ["title"])],
            "missing": len(basket.slugs) - len(resources),
            "most": MAX_RESOURCES,
            "number": len(files),
            "size": sum(file.size for file in files),
            "problem": problem,
            "form_token": self.form_token(),
        }
        return render(self.request, "public/library/basket.html", context, status=status)


@read_only
def bundle(request: HttpRequest, key: str) -> HttpResponse:
    """Show the progress of a bundle. The page refreshes until the bundle is ready."""
    found, now = _bundle(key), timezone.now()
    resources = list(Resource.objects.visible(now).filter(pk__in=found.resources))
    context = {
        "bundle": found,
        "waiting": found.state == BundleState.WAITING,
        "ready": found.state == BundleState.READY,
        "late": found.state == BundleState.WAITING
        and found.requested_at < now - zip_bundles.LATE
        and not found.claimed_until,
        "resources": resources,
    }
    return render(request, "public/library/bundle.html", context)


@csrf_exempt
@require_safe
def bundle_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """Send the zip file. Each file in it counts as one download."""
    found, now = _bundle(key), timezone.now()
    if found.state != BundleState.READY:
        return HttpResponseRedirect(reverse("bundle", args=[key]))
    sent = send_file(request, found.path, name=FILE_NAME, media_type="application/zip", digest=found.key)
    if sent.begins:
        zip_bundles.touch_bundle(bundle=found, now=now)
        files = ResourceFile.present.filter(resource__in=found.resources).values_list("pk", flat=True)
        services.count_download(files=list(files), now=now)
    return sent.response


def _bundle(key: str) -> Bundle:
    """Return a bundle whose resources are all public. Raises Http404."""
    found = get_object_or_404(Bundle, key=key)
    if not zip_bundles.is_bundle_public(found, timezone.now()):
        raise Http404
    return found
