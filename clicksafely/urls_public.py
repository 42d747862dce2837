"""The URLs of the public site. Previews on the staff site resolve them too."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path

from awareness.events.public.ical_views import events_ics
from awareness.library.feeds import resources_atom, resources_json
from awareness.news import views as news
from awareness.news.feeds import news_feed
from clicksafely.common.i18n import language
from youthpanel.public.views import recommendations_atom

# The staff process serves these files too.
news_media = re_path(rf"^media/news/(?P<name>{news.NAME})$", news.media, name="news-media")

urlpatterns: list[URLPattern | URLResolver] = [
    *i18n_patterns(
        path("", include("hotline.urls")),
        path("", include("hotline.statistics.urls")),
        path("", include("awareness.topics.urls")),
        path("", include("awareness.pages.urls")),
        path("", include("awareness.news.urls")),
        path("", include("awareness.search.urls")),
        path("", include("awareness.impact.urls")),
        path("", include("awareness.library.urls")),
        path("", include("awareness.lessons.urls")),
        path("", include("awareness.quizzes.attempts.urls")),
        path("", include("awareness.quizzes.live.urls")),
        path("", include("awareness.quizzes.printing.urls")),
        path("", include("awareness.games.urls")),
        # Before the slugs of events; a constraint reserves "invite".
        path("", include("awareness.events.visits.urls")),
        path("", include("awareness.events.bookings.urls")),
        path("", include("awareness.events.public.urls")),
        path("", include("youthpanel.member_auth.urls")),
        path("", include("youthpanel.member_home.urls")),
        path("", include("youthpanel.safeguarding.urls")),
        path("", include("youthpanel.consultations.participation.urls")),
        path("", include("youthpanel.meetings.urls")),
        path("", include("youthpanel.public.urls")),
        path("", include("youthpanel.white_papers.urls")),
    ),
    path("", language.redirect_to_language, name="choose-language"),
    # An address to write on a board.
    re_path(r"^cas/?$", language.redirect_to_language, {"page": "class/"}, name="class-short"),
    path("api/", include("hotline.intake.api.urls")),
    path("", include("awareness.seo.urls")),
    path("", include("awareness.social_images.urls")),
    path("events.ics", events_ics, name="events-ics"),
    path("feeds/recommendations.atom", recommendations_atom, name="recommendations-atom"),
    news_media,
    path("feeds/news.atom", news_feed, name="news-feed"),
    path("feeds/resources.json", resources_json, name="resources-feed"),
    path("feeds/resources.atom", resources_atom, name="resources-atom"),
]
