"""The topics that the portal began with: the nine subjects of the founding text, and what children meet today."""

from typing import Final

from awareness.topics.subjects import (
    csam,
    cyberbullying,
    deepfakes,
    fuller_danger,
    fuller_everyday,
    hate_speech,
    netiquette,
    personal_data,
    phishing,
    predators,
    privacy_settings,
    screen_time,
    sexting_blackmail,
    social_networks,
)
from awareness.topics.subjects.shape import FoundingTopic, Fuller

TOPICS: Final[tuple[FoundingTopic, ...]] = (
    phishing.TOPIC,
    personal_data.TOPIC,
    privacy_settings.TOPIC,
    social_networks.TOPIC,
    netiquette.TOPIC,
    cyberbullying.TOPIC,
    hate_speech.TOPIC,
    predators.TOPIC,
    csam.TOPIC,
    sexting_blackmail.TOPIC,
    deepfakes.TOPIC,
    screen_time.TOPIC,
)

FULLER: Final[dict[str, Fuller]] = {
    fuller.slug: fuller for fuller in (*fuller_danger.DANGER, *fuller_everyday.EVERYDAY)
}
