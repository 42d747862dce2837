"""The basket, and the bundle that is made of it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.library import selectors, services, zip_bundles
from awareness.library.basket import MOST, read_basket
from awareness.library.models import Bundle, BundleState, Resource, ResourceFile
from awareness.publishing.shortcuts import serbian_only_fields
from clicksafely.common.files.file_response import send_file
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.http.decorators import read_only
from clicksafely.common.http.rate_limits import over_limit
from clicksafely.common.templatetags.page_metadata import build_absolute_url

# What a network may ask for in an hour; a school is one network.
BUNDLES_PER_HOUR = 60
FILE_NAME = "klikni-bezbedno.zip"


class BasketView(CookielessFormMixin, View):
    """Shows what the address holds; posted, asks for the zip of it."""

    form_purpose = "bundle"

    def get(self, request: HttpRequest) -> HttpResponse:
        """What is in the basket, how large it is, and the button."""
        return self._show()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask for the zip and lead to the page that shows how far it is."""
        resources = selectors.in_basket(read_basket(request.GET).slugs, timezone.now())
        language = get_language() or "sr"
        if over_limit(request, scope="bundle", limit=BUNDLES_PER_HOUR, window=3600):
            return render(request, "429.html", status=429)
        try:
            bundle = zip_bundles.request_bundle(
                resources=resources,
                language=language,
                licences=zip_bundles.licences_text(resources, language, lambda each: self._address(each, language)),
                now=timezone.now(),
            )
        except zip_bundles.BundleTooLarge:
            return self._show(_("This is too much for one zip: it may hold 512 MB. Take something out."), status=422)
        except zip_bundles.EmptyBundle:
            return self._show(_("There are no files in the basket, so there is nothing to pack."), status=422)
        return HttpResponseRedirect(reverse("bundle", args=[bundle.key]), status=303)

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
            "most": MOST,
            "number": len(files),
            "size": sum(file.size for file in files),
            "problem": problem,
            "form_token": self.form_token(),
        }
        return render(self.request, "public/library/basket.html", context, status=status)

    def _address(self, resource: Resource, language: str) -> str:
        with override(language):
            return build_absolute_url(self.request, reverse("resource", args=[resource.slug]))


@read_only
def bundle(request: HttpRequest, key: str) -> HttpResponse:
    """How far a bundle is; looked at again by itself until it is ready."""
    found, now = _bundle(key), timezone.now()
    resources = list(Resource.objects.visible(now).filter(pk__in=found.resources))
    context = {
        "bundle": found,
        "waiting": found.state == BundleState.WAITING,
        "ready": found.state == BundleState.READY,
        "late": found.state == BundleState.WAITING
        and found.asked_at < now - zip_bundles.LATE
        and not found.claimed_until,
        "resources": resources,
    }
    return render(request, "public/library/bundle.html", context)


@csrf_exempt
@require_safe
def bundle_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The zip itself. Each file in it counts as downloaded."""
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
    """A bundle all of whose resources still are for everybody."""
    found = get_object_or_404(Bundle, key=key)
    if not zip_bundles.is_bundle_public(found, timezone.now()):
        raise Http404
    return found
