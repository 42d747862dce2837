"""Rules of the games: paths and faults of stories, sorting, pairs, clues, and privacy settings."""

from hypothesis import given
from hypothesis import strategies as st

from awareness.games.kinds.base import (
    Deal,
    read_deal,
)
from awareness.games.kinds.lock import (
    Option,
    Setting,
    Viewer,
    chosen_options,
    default_option,
    visible_settings,
)
from awareness.games.kinds.pairs import Pair, match_pairs, shuffle_meanings
from awareness.games.kinds.sort import Bin, Card, sort_cards
from awareness.games.kinds.spot import MockPage, PagePart, check_pages
from awareness.games.rules.story import (
    MAX_STEPS,
    Meter,
    Scene,
    Story,
    StoryChoice,
    follow_path,
    path_to_scene,
    rewind_steps,
)
from awareness.games.rules.story_graph import COLUMN, NODE_HEIGHT, StoryFault, draw, story_faults


def scene(key: str, *to: str, ending: str = "") -> Scene:
    return Scene(
        key, f"Title of {key}", "text", ending=ending, choices=tuple(StoryChoice(f"to {each}", each) for each in to)
    )


STORY = Story(
    scenes=(
        Scene(
            "start",
            "Start",
            "",
            choices=(
                StoryChoice("up", "up", "You went up.", {"trust": 4, "safety": -2}),
                StoryChoice("round", "start", "", {"trust": -1}),
            ),
        ),
        Scene("up", "Up", "", choices=(StoryChoice("on", "end", "", {"trust": 4, "other": 5}),)),
        Scene("end", "End", "", ending="good"),
    ),
    meters=(Meter("trust", "Trust", 5), Meter("safety", "Safety", 1)),
)


class TestStory:
    def test_a_way_leads_from_scene_to_scene(self) -> None:
        place = follow_path(STORY, "211")
        assert place is not None
        assert place.scene.key == "end"
        assert [(step.scene.key, step.way, step.choice.text) for step in place.steps] == [
            ("start", "", "round"),
            ("start", "2", "up"),
            ("up", "21", "on"),
        ]
        assert [(step.scene.key, step.way) for step in rewind_steps(place)] == [("start", "2"), ("start", "")]

    def test_meters_stay_between_0_and_10_and_show_their_change(self) -> None:
        first, last = follow_path(STORY, "1"), follow_path(STORY, "11")
        assert first is not None
        assert last is not None
        assert [(reading.value, reading.moved) for reading in first.readings] == [(9, 4), (0, -1)]
        assert [(reading.value, reading.moved) for reading in last.readings] == [(10, 1), (0, 0)]
        assert first.why == "You went up."

    def test_an_invalid_path_is_refused(self) -> None:
        for way in ("3", "0", "111", "1x", "١", "²", "-1", " 1", "1 ", "\x00", "9" * 10_000):
            assert follow_path(STORY, way) is None, way
        assert follow_path(Story((scene("start", "gone"),)), "1") is None
        assert follow_path(Story(()), "") is None
        assert follow_path(STORY, "2" * MAX_STEPS) is not None
        assert follow_path(STORY, "2" * (MAX_STEPS + 1)) is None

    def test_the_shortest_way_to_each_scene_leads_there(self) -> None:
        for key, way in (("start", ""), ("up", "1"), ("end", "11"), ("gone", None)):
            assert path_to_scene(STORY, key) == way
        assert path_to_scene(Story(()), "start") is None


class TestGraph:
    def test_each_fault_is_found(self) -> None:
        assert story_faults(STORY) == []
        story = Story(
            (
                scene("start", "gone", "round", "both"),
                scene("round", "again"),
                scene("again", "round"),
                scene("both", "start", ending="good"),
                scene("island", "both"),
                scene("stuck"),
            )
        )
        assert [(found.fault, found.scene, found.about) for found in story_faults(story)] == [
            (StoryFault.MISSING, "start", "gone"),
            (StoryFault.ENDLESS, "round", ""),
            (StoryFault.ENDLESS, "again", ""),
            (StoryFault.GOES_ON, "both", ""),
            (StoryFault.UNREACHABLE, "island", ""),
            (StoryFault.UNREACHABLE, "stuck", ""),
            (StoryFault.DEAD_END, "stuck", ""),
        ]

    def test_the_drawing_has_a_row_per_step_without_overlaps(self) -> None:
        story = Story(
            (
                scene("start", "a", "b"),
                scene("a", "c"),
                scene("b", "c", "start"),
                scene("c", ending="good"),
                scene("island", "gone"),
            )
        )
        drawing = draw(story)
        at = {node.scene.key: node for node in drawing.nodes}
        assert at["start"].y < at["a"].y == at["b"].y < at["c"].y < at["island"].y
        assert abs(at["a"].x - at["b"].x) == COLUMN
        assert [node.state for node in drawing.nodes] == ["start", "plain", "plain", "end", "faulty"]
        assert [edge.back for edge in drawing.edges] == [False, False, False, False, True]
        assert all(node.y + NODE_HEIGHT <= drawing.height for node in drawing.nodes)

    @given(st.lists(st.tuples(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdefg"), max_size=3)), max_size=7))
    def test_any_graph_is_drawn(self, rows: list[tuple[str, list[str]]]) -> None:
        """Drafts may have duplicate keys, loops, and choices with missing targets."""
        story = Story(tuple(scene(key, *to, ending="" if to else "good") for key, to in rows))
        drawing = draw(story)
        assert {node.scene.key for node in drawing.nodes} == {key for key, _to in rows}
        places = [(node.x, node.y) for node in drawing.nodes]
        assert len(places) == len(set(places))


class TestAnswers:
    @given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=8), max_size=3), max_size=6))
    def test_no_address_breaks_a_game(self, query: dict[str, list[str]]) -> None:
        assert len(sort_cards(BINS, CARDS, query)) == 3
        assert len(match_pairs(PAIRS, FIRST, query)) == 8
        assert [len(mock.parts) for mock in check_pages(MOCKS, query)] == [3]
        assert len(chosen_options(SETTINGS, query)) == 2


BINS = [Bin("share", "Share"), Bin("never", "Never")]
CARDS = [Card("a", "share", "w"), Card("b", "never", "w"), Card("c", "never", "w")]
FIRST = Deal(1, (1,), 0)
PAIRS = [Pair(f"word {letter}", f"meaning {letter}") for letter in "abcdefgh"]
MOCKS = [
    MockPage(
        "shop",
        "Shop",
        (PagePart("price", "1", True, "w"), PagePart("text", "2", False, "w"), PagePart("link", "3", True, "w")),
    )
]
SETTINGS = [
    Setting(
        "profile",
        "Profile",
        "?",
        "profile",
        (Option("a", "A", ("f",), True, "w"), Option("b", "B", ("f", "e"), False, "w")),
    ),
    Setting("empty", "Empty", "?", "nothing", ()),
    Setting("tags", "Tags", "?", "tags", (Option("on", "On", (), False, "w"), Option("off", "Off", (), True, "w"))),
]
VIEWERS = [Viewer("f", "Friends"), Viewer("e", "Everyone")]


class TestMarking:
    def test_cards(self) -> None:
        found = sort_cards(BINS, CARDS, {"card-1": ["share"], "card-2": ["share"], "card-3": ["nonsense"]})
        assert [each.right for each in found] == [True, False, False]
        assert [each.chosen and each.chosen.key for each in found] == ["share", "share", None]
        assert [each.better and each.better.key for each in found] == ["share", "never", "never"]

    def test_meanings_are_shuffled_the_same_for_all_players(self) -> None:
        mixed = shuffle_meanings(PAIRS, FIRST)
        assert mixed == shuffle_meanings(PAIRS, FIRST)
        assert [meaning.letter for meaning in mixed] == list("ABCDEFGH")
        assert sorted(meaning.of for meaning in mixed) == list(range(1, 9))
        assert sum(meaning.of == meaning.place for meaning in mixed) <= 2
        assert [meaning.of for meaning in shuffle_meanings(PAIRS[:2], FIRST)] == [2, 1]

    def test_pairs(self) -> None:
        right = {f"word-{meaning.of}": [str(meaning.place)] for meaning in shuffle_meanings(PAIRS, FIRST)}
        assert all(each.right for each in match_pairs(PAIRS, FIRST, right))
        one = match_pairs(PAIRS, FIRST, {f"word-{number}": ["1"] for number in range(1, 9)})
        assert sum(each.right for each in one) == 1
        assert [each.chosen for each in match_pairs(PAIRS, FIRST, {"word-1": ["9"]})] == [None] * 8

    def test_clues(self) -> None:
        (mock,) = check_pages(MOCKS, {"mock-1": ["1", "2", "7"]})
        assert [part.verdict for part in mock.parts] == ["found", "harmless", "missed"]
        assert (mock.found, mock.clues) == (1, 2)
        assert [part.verdict for part in check_pages(MOCKS, {})[0].parts] == ["missed", "quiet", "missed"]

    def test_a_new_account_shows_the_most(self) -> None:
        assert [default_option(setting).key for setting in SETTINGS if setting.options] == ["b", "on"]
        chosen = chosen_options(SETTINGS, {})
        assert [(each.setting.key, each.name, each.option.key) for each in chosen] == [
            ("profile", "setting-1", "b"),
            ("tags", "setting-3", "on"),
        ]

    def test_visible_settings_per_viewer(self) -> None:
        views = visible_settings(VIEWERS, chosen_options(SETTINGS, {"setting-1": ["a"]}))
        assert [(view.viewer.key, view.count) for view in views] == [("f", 1), ("e", 0)]
        assert [[visible for _setting, visible in view.settings] for view in views] == [[True, False], [False, False]]


class TestDeals:
    CARDS = (*(Card(f"easy {n}", "a", "") for n in range(8)), *(Card(f"hard {n}", "b", "", 2) for n in range(8)))

    def test_a_round_has_its_own_rows(self) -> None:
        first, second = read_deal(self.CARDS, {}), read_deal(self.CARDS, {"round": ["2"]})
        assert [card.text for card in first.pick(self.CARDS)] == [f"easy {n}" for n in range(8)]
        assert {card.round for card in second.pick(self.CARDS)} == {2}
        assert (first.following, second.following) == (2, 0)
        assert (first.fields, second.fields) == ({}, {"round": 2})

    def test_each_play_has_another_order_of_the_same_rows(self) -> None:
        orders = {
            tuple(card.text for card in read_deal(self.CARDS, {"deal": [str(seed)]}).pick(self.CARDS))
            for seed in range(1, 30)
        }
        assert len(orders) == 29
        assert {tuple(sorted(order)) for order in orders} == {tuple(f"easy {n}" for n in range(8))}

    @given(st.text(max_size=8), st.text(max_size=8))
    def test_an_invalid_deal_is_the_first_one(self, number: str, seed: str) -> None:
        deal = read_deal(self.CARDS, {"round": [number], "deal": [seed]})
        assert len(deal.pick(self.CARDS)) == 8
        assert 0 <= deal.seed <= 9999
