"""A game, and the parts it is made of."""

from awareness.games.models.cards import Bin, Card, Pair
from awareness.games.models.game import Game, GamePart, GameSource, NextStep
from awareness.games.models.mock_pages import MockPage, MockPagePart
from awareness.games.models.privacy_settings import PrivacyOption, PrivacySetting, Viewer
from awareness.games.models.story import Character, Meter, Scene, SceneChoice

__all__ = [
    "Bin",
    "Card",
    "Character",
    "Game",
    "GamePart",
    "GameSource",
    "Meter",
    "MockPage",
    "MockPagePart",
    "NextStep",
    "Pair",
    "PrivacyOption",
    "PrivacySetting",
    "Scene",
    "SceneChoice",
    "Viewer",
]
