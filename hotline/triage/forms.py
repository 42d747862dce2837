"""Form that adds locations to a case."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.fields import PlainLineField, PlainTextField
from hotline.review.forms import CaseForm
from hotline.triage.url_normalisation import Extraction, Location, app_location, extract_locations


class AddLocationsForm(CaseForm):
    """Addresses in any text, and a place in an app.

    After validation `locations` are the locations found, `extraction.unreadable` the words that only look like
    addresses.
    """

    name = "add_locations"
    addresses = PlainTextField(
        max_length=20_000, required=False, label=gettext_lazy("Addresses that the reporter has added")
    )
    app = PlainLineField(max_length=60, required=False, label=gettext_lazy("App or game"))
    handle = PlainLineField(max_length=200, required=False, label=gettext_lazy("Profile, group or channel"))

    extraction = Extraction((), ())
    place: Location | None = None

    @property
    def locations(self) -> list[Location]:
        return [*self.extraction.locations, *([self.place] if self.place else [])]

    def clean(self) -> None:
        """Extract the locations, and refuse a form without any."""
        data: dict[str, Any] = self.cleaned_data
        self.extraction = extract_locations(data.get("addresses", ""))
        if self.errors:
            return
        if data["app"] and data["handle"]:
            try:
                self.place = app_location(data["app"], data["handle"])
            except ValueError:
                self.add_error("handle", _("This is not a valid profile name. Enter only the name."))
        elif data["handle"]:
            self.add_error("app", _("Please choose the app or game of this profile."))
        elif data["app"]:
            self.add_error("handle", _("Please add the name of the profile or group. We cannot find this without it."))
        elif not self.extraction.locations:
            self.add_error("addresses", _("We found no address in this text. It looks like example.org/page."))
