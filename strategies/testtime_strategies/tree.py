"""`Tree`: search over candidates that goes wider or deeper by Thompson sampling.

Every failing candidate is a node that a `Repair` can go deeper from, and the root is one that a `Draft` widens. Which
one gets the next reply is drawn, as in REx (arXiv 2405.17503), from a Beta belief for each: the share of target tests a
candidate passes speaks for it, each repair of it that failed speaks against it. Going wider competes as a node of its
own, as in AB-MCTS (arXiv 2503.04412): its belief is made of what drafts have achieved so far.

This is our own code and not `treequest`: that library holds its tree in mutable nodes with their own clock of
generated ids, needs numpy (and for its mixed models PyMC) and has no notion of a budget, of rounds or of a duplicate,
while the rule itself is a dozen lines over a frozen value that a recording can be replayed into.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from .best_of_n import nth_draft
from .candidate import Candidate, Draft, Move, Mutate, Problem, Rejection, Repair
from .family import family
from .strategy import Room

CONFIDENCE = 12.0
"""How much a share of passing tests counts, in repairs (REx's C: 10 to 20 served everywhere)."""
WIDTH = 12
"""Nodes that may still be repaired; the worst beyond that are pruned."""
MOST_BARREN = 3
"""A node whose repairs brought a duplicate or nothing new so often is closed."""


@dataclass(frozen=True)
class Node:
    """A candidate that may be repaired. `depth` counts the repairs above it."""

    candidate: Candidate
    family: str
    depth: int = 0


@dataclass(frozen=True)
class TreeState:
    """The whole search as a value: telling it the candidates of a recording resumes it."""

    seed: int
    turns: int = 0
    nodes: tuple[Node, ...] = ()
    repaired: Counter[str] = field(default_factory=Counter[str])
    """Repairs asked for, by the family of what was repaired: candidates that fail alike are one node."""
    barren: Counter[str] = field(default_factory=Counter[str])
    """Of those, the ones that brought nothing new."""
    drafts: int = 0
    progress: tuple[float, ...] = ()
    """What each draft achieved."""
    in_flight: int = 0
    heard: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Tree:
    """One draft first; then every free slot goes to the node whose drawn belief is highest."""

    confidence: float = CONFIDENCE
    width: int = WIDTH

    def start(self, problem: Problem, seed: int) -> TreeState:
        """The state before any move."""
        return TreeState(seed)

    def ask(self, state: TreeState, room: Room) -> tuple[TreeState, tuple[Move, ...]]:
        """A draft (wider) or a repair (deeper) for every free slot."""
        count = min(room.moves, room.samples)
        if not state.drafts:
            count = min(count, 1)
        elif not state.heard:
            count = 0  # the first draft warms the provider's prompt cache
        moves: list[Move] = []
        for _ in range(count):
            state, move = self._next(state, room.rounds)
            moves.append(move)
        return replace(state, in_flight=state.in_flight + len(moves)), tuple(moves)

    def tell(self, state: TreeState, candidate: Candidate) -> TreeState:
        """Grow the tree by a candidate that can be repaired, a mutation that came near included."""
        move = candidate.move
        if candidate.id in state.heard:
            return state
        if isinstance(move, Mutate):
            return self._grown(state, candidate, 0) if candidate.progress > 0 else state
        state = replace(state, heard=state.heard | {candidate.id}, in_flight=max(0, state.in_flight - 1))
        if isinstance(move, Draft):
            state = replace(state, progress=(*state.progress, candidate.progress))
        if not isinstance(move, Repair):
            return self._grown(state, candidate, 0)
        above = family(move.parent)
        if candidate.rejection is not None or family(candidate) in {above, *(node.family for node in state.nodes)}:
            state = replace(state, barren=state.barren + Counter({above: 1}))
        return self._grown(state, candidate, _depth(candidate))

    def why(self, state: TreeState) -> str:
        """It searches for as long as there are replies left."""
        return ""

    def _next(self, state: TreeState, rounds: int) -> tuple[TreeState, Move]:
        """Draw a belief for each node and for going wider; the highest gets the reply."""
        chance = Random(f"{state.seed}:{state.turns}")
        state = replace(state, turns=state.turns + 1)
        achieved = sum(state.progress)
        wider = chance.betavariate(
            1.0 + self.confidence * (achieved / len(state.progress) if state.progress else 0.5),
            1.0 + self.confidence * 0.5 + len(state.progress) - achieved,
        )
        best: tuple[float, Node | None] = (wider, None)
        for node in state.nodes:
            tried = state.repaired[node.family]
            share = node.candidate.progress
            drawn = chance.betavariate(1 + self.confidence * share, 1 + self.confidence * (1 - share) + tried)
            if node.depth < rounds and drawn > best[0]:
                best = (drawn, node)
        node = best[1]
        if node is None:
            return replace(state, drafts=state.drafts + 1), nth_draft(state.drafts)
        return replace(state, repaired=state.repaired + Counter({node.family: 1})), Repair(node.candidate)

    def _grown(self, state: TreeState, candidate: Candidate, depth: int) -> TreeState:
        """The state with a node for `candidate`, where it is one: duplicates are merged, closed families pruned."""
        hopeless = candidate.rejection is not None and candidate.rejection is not Rejection.UNPARSABLE
        nodes = state.nodes
        mark = family(candidate)
        if not hopeless and mark not in {node.family for node in nodes}:
            nodes = (*nodes, Node(candidate, mark, depth))
        alive = [node for node in nodes if state.barren[node.family] < MOST_BARREN]
        alive.sort(key=lambda node: (-node.candidate.progress, state.repaired[node.family]))
        return replace(state, nodes=tuple(alive[: self.width]))


def _depth(candidate: Candidate) -> int:
    """Repairs between a candidate and its draft."""
    return 1 + _depth(candidate.move.parent) if isinstance(candidate.move, Repair) else 0
