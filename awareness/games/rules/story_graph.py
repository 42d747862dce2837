"""Validation and layout of the graph of a story."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from awareness.games.rules.story import Scene, Story

NODE_WIDTH, NODE_HEIGHT = 150, 44
COLUMN, ROW, MARGIN = 176, 92, 12
_PER_LINE: Final = 19


class StoryFault(StrEnum):
    """Fault of a scene."""

    MISSING = "missing"  # a choice leads to a missing scene
    UNREACHABLE = "unreachable"  # no path leads to it
    DEAD_END = "dead-end"  # it has neither choices nor an ending
    GOES_ON = "goes-on"  # it has both an ending and choices
    ENDLESS = "endless"  # no ending can be reached from it


@dataclass(frozen=True)
class SceneFault:
    """A fault of a scene. `about` is the key of a missing scene."""

    fault: StoryFault
    scene: str
    about: str = ""


def story_faults(story: Story) -> list[SceneFault]:
    """Return the faults of a story in the order of its scenes."""
    reached, ending = scene_distances(story), _leading_to_an_end(story)
    found = []
    for scene in story.scenes:
        missing = dict.fromkeys(choice.to for choice in scene.choices if choice.to not in story.by_key)
        found += [SceneFault(StoryFault.MISSING, scene.key, about) for about in missing]
        if scene.key not in reached:
            found.append(SceneFault(StoryFault.UNREACHABLE, scene.key))
        if scene.choices and scene.ending:
            found.append(SceneFault(StoryFault.GOES_ON, scene.key))
        elif not scene.choices and not scene.ending:
            found.append(SceneFault(StoryFault.DEAD_END, scene.key))
        elif scene.key not in ending and not missing:
            found.append(SceneFault(StoryFault.ENDLESS, scene.key))
    return found


def scene_distances(story: Story) -> dict[str, int]:
    """Return the number of choices from the start to each reachable scene."""
    if not story.scenes:
        return {}
    start = story.scenes[0].key
    away, waiting = {start: 0}, deque([start])
    while waiting:
        key = waiting.popleft()
        for choice in story.by_key[key].choices:
            if choice.to in story.by_key and choice.to not in away:
                away[choice.to] = away[key] + 1
                waiting.append(choice.to)
    return away


def _leading_to_an_end(story: Story) -> set[str]:
    """Return the scenes from which an ending or a dead end can be reached. A dead end is a separate fault."""
    from_where: dict[str, list[str]] = {}
    for scene in story.scenes:
        for choice in scene.choices:
            from_where.setdefault(choice.to, []).append(scene.key)
    found = {scene.key for scene in story.scenes if scene.ending or not scene.choices}
    waiting = deque(found)
    while waiting:
        for key in from_where.get(waiting.popleft(), ()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found


@dataclass(frozen=True)
class Node:
    """A scene in the drawing: its index (from 0), position in pixels, title lines, and faults."""

    scene: Scene
    place: int
    x: int
    y: int
    lines: tuple[str, ...]
    faults: tuple[SceneFault, ...]

    @property
    def state(self) -> str:
        """Return the style of the node: "faulty", "end", "start" or "plain"."""
        if self.faults:
            return "faulty"
        return "end" if self.scene.ending else "start" if self.place == 0 else "plain"


@dataclass(frozen=True)
class Edge:
    """A choice in the drawing, as an SVG path. `back`: it leads upwards or sideways."""

    path: str
    back: bool


@dataclass(frozen=True)
class Drawing:
    """Layout of a story's graph, in pixels."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def draw(story: Story) -> Drawing:
    """Lay out a story from top to bottom. The row of a scene is its distance from the start; unreachable scenes are last."""
    away = scene_distances(story)
    depth = max(away.values(), default=-1)
    rows: dict[int, list[Scene]] = {}
    for scene in story.by_key.values():
        rows.setdefault(away.get(scene.key, depth + 1), []).append(scene)
    columns = _in_columns(story, rows)
    widest = max((len(row) for row in rows.values()), default=0)
    wrong: dict[str, list[SceneFault]] = {}
    for found in story_faults(story):
        wrong.setdefault(found.scene, []).append(found)
    nodes = {}
    for row, scenes in sorted(rows.items()):
        indent = (widest - len(scenes)) * COLUMN // 2
        for scene in scenes:
            nodes[scene.key] = Node(
                scene,
                story.scenes.index(scene),
                MARGIN + indent + columns[scene.key] * COLUMN,
                MARGIN + row * ROW,
                tuple(_in_lines(scene.title or scene.key)),
                tuple(wrong.get(scene.key, ())),
            )
    edges = [
        _edge(nodes[scene.key], nodes[choice.to])
        for scene in story.by_key.values()
        for choice in scene.choices
        if choice.to in nodes
    ]
    return Drawing(
        2 * MARGIN + max(widest, 1) * COLUMN,
        2 * MARGIN + max(len(rows), 1) * ROW,
        tuple(sorted(nodes.values(), key=lambda node: node.place)),
        tuple(dict.fromkeys(edges)),
    )


def _in_columns(story: Story, rows: dict[int, list[Scene]]) -> dict[str, int]:
    """Order each row by its predecessors, to reduce crossing edges."""
    columns: dict[str, int] = {}
    for row in sorted(rows):
        leading = {
            scene.key: [
                columns[before.key]
                for before in story.by_key.values()
                if before.key in columns and any(choice.to == scene.key for choice in before.choices)
            ]
            for scene in rows[row]
        }
        rows[row].sort(key=lambda scene: (_middle(leading[scene.key]), story.scenes.index(scene)))
        columns |= {scene.key: column for column, scene in enumerate(rows[row])}
    return columns


def _middle(numbers: Iterable[int]) -> float:
    values = list(numbers)
    return sum(values) / len(values) if values else 0.0


def _edge(start: Node, end: Node) -> Edge:
    x1, x2 = start.x + NODE_WIDTH // 2, end.x + NODE_WIDTH // 2
    y1, y2 = start.y + NODE_HEIGHT, end.y
    if y2 > y1:
        bend = (y2 - y1) // 2
        return Edge(f"M{x1} {y1} C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}", False)
    if start.y == end.y and start.x != end.x:
        # Sideways edges pass below the boxes between them.
        low = y1 + min(50, 14 + abs(start.x - end.x) // 14)
        y2 = end.y + NODE_HEIGHT
        return Edge(f"M{x1 + 16} {y1} C{x1 + 16} {low} {x2 - 16} {low} {x2 - 16} {y2}", True)
    # Upward edges and loops leave and enter at the right.
    out, y1, y2 = max(start.x, end.x) + NODE_WIDTH + 24, start.y + NODE_HEIGHT - 10, end.y + NODE_HEIGHT // 2 - 4
    return Edge(f"M{start.x + NODE_WIDTH} {y1} C{out} {y1} {out} {y2} {end.x + NODE_WIDTH} {y2}", True)


def _in_lines(title: str) -> list[str]:
    """Split a title into at most two lines, and truncate them."""
    words, lines = title.split(), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= _PER_LINE or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1][: _PER_LINE - 1]}…"]
    return [line if len(line) <= _PER_LINE + 1 else f"{line[:_PER_LINE]}…" for line in lines]
