"""How the candidates descend from each other: nested lists, what matters open to the eye, the many folded away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from testtime_strategies.candidate import Candidate, Mutate, Outcome

from ..report import money
from .diff import changed_line, diff_of
from .markup import Child, Html, clipped, join, tag
from .words import described, kind_of, plural, state_of

MOST_SHOWN = 8
"""Siblings shown one by one; the others are folded into a list."""
MOST_REPLY, MOST_OUTPUT = 6000, 3000
"""Characters of a reply, and of a test's output."""


@dataclass
class Node:
    """A candidate and those made from it."""

    candidate: Candidate
    number: int
    """Its place in the order in which candidates ended, from 0: unique where ids of joined repairs are not."""
    children: list[Node] = field(default_factory=list["Node"])

    def holds(self, candidate: Candidate | None) -> bool:
        """Whether a candidate is this one or descends from it."""
        return _same(self.candidate, candidate) or any(child.holds(candidate) for child in self.children)


def forest(candidates: Sequence[Candidate]) -> list[Node]:
    """The candidates under their (first) parents, in the order they ended."""
    nodes = [Node(candidate, number) for number, candidate in enumerate(candidates)]
    roots: list[Node] = []
    known: dict[str, Node] = {}
    for node in nodes:
        parent = known.get(node.candidate.parent or "")
        (parent.children if parent else roots).append(node)
        known[node.candidate.id] = node
    return roots


def tree(outcome: Outcome) -> Html:
    """Every candidate, below the one it was made from."""
    roots = forest(outcome.candidates)
    if not roots:
        return tag("p", "No candidate was tried.", class_="quiet")
    return _level(roots, outcome.fix)


def _level(nodes: list[Node], fix: Candidate | None) -> Html:
    telling = sorted(nodes, key=lambda node: (-_weight(node, fix), node.number))[:MOST_SHOWN]
    single = {node.number for node in telling if len(nodes) <= MOST_SHOWN or _weight(node, fix) > 0}
    shown = [node for node in nodes if node.number in single]
    folded = [node for node in nodes if node.number not in single]
    items = [_item(node, fix) for node in shown]
    if folded:
        items.append(_folded(folded, fix))
    return tag("ul", join(items), class_="tree")


def _weight(node: Node, fix: Candidate | None) -> float:
    """How much a candidate tells: the fix, what others were made from, what came closest."""
    if node.holds(fix):
        return 3.0
    passed = node.candidate.verdict is not None and node.candidate.verdict.passed
    return passed + bool(node.children) + node.candidate.progress


def _folded(nodes: list[Node], fix: Candidate | None) -> Html:
    kinds = Counter(kind_of(node.candidate.move) for node in nodes)
    ends = Counter(state_of(node.candidate).word for node in nodes)
    what = ", ".join(plural(count, kind) for kind, count in kinds.most_common())
    how = ", ".join(f"{count} {word}" for word, count in ends.most_common())
    summary = tag("summary", tag("span", what, class_="name"), " ", tag("span", how, class_="quiet"))
    return tag("li", tag("details", summary, tag("ul", join(_item(node, fix) for node in nodes), class_="tree many")))


def _item(node: Node, fix: Candidate | None) -> Html:
    candidate = node.candidate
    is_fix = _same(candidate, fix)
    if is_fix and fix is not None:
        candidate = fix
    state = state_of(candidate)
    summary = tag(
        "summary",
        tag("span", state.sign, class_=f"sign {state.look}", aria_hidden="true"),
        tag("code", candidate.id, class_="id"),
        tag("span", described(candidate.move), class_="name"),
        tag("span", "the fix" if is_fix else state.word, class_=f"state {state.look}"),
        _progress(candidate),
        tag("span", _cost(candidate), class_="cost"),
        _change(candidate),
    )
    body = tag("div", join(_facts(candidate)), class_="facts")
    return tag(
        "li",
        tag("details", summary, body, id=f"candidate-{node.number}"),
        _level(node.children, fix) if node.children else None,
        class_="fix" if is_fix else None,
    )


def _progress(candidate: Candidate) -> Html | None:
    share = candidate.progress
    if not 0 < share < 1:
        return None
    return tag("meter", f"{share:.0%}", value=round(share, 3), min=0, max=1, title=f"{share:.0%} of the way")


def _cost(candidate: Candidate) -> str:
    spend = candidate.spend
    if not spend.tokens:
        return f"{spend.sandbox_cpu_seconds:.2f} CPU s"
    return f"{money(spend.usd)} · {spend.tokens} tokens"


def _change(candidate: Candidate) -> Html | None:
    """A mutation's own line, so that a list of many can be read without opening any."""
    if not isinstance(candidate.move, Mutate) or candidate.patch is None:
        return None
    gone, come = changed_line(candidate.patch)
    parts: list[Child] = [tag("del", clipped(gone, 120)) if gone else None, " ", tag("ins", clipped(come, 120))]
    return tag("code", *parts, class_="change")


def _facts(candidate: Candidate) -> list[Html]:
    """What opens below a candidate."""
    facts: list[Html] = []
    verdict = candidate.verdict
    said = [candidate.detail, *(verdict.findings if verdict else ()), *(verdict.notes if verdict else ())]
    facts += [tag("p", sentence) for sentence in said if sentence]
    if verdict is not None:
        facts.append(tag("p", f"Judged at the stage “{verdict.stage.value}”, {verdict.cpu_seconds:.2f} CPU s."))
        failing = [result for result in verdict.results.values() if result.outcome.is_failure][:3]
        facts += [tag("p", tag("code", result.id), ": ", clipped(result.message, 400)) for result in failing]
    if candidate.patch is not None:
        facts.append(diff_of(candidate.patch))
    if verdict is not None and verdict.output.strip():
        facts.append(_fold("Output of the run", verdict.output, MOST_OUTPUT))
    if candidate.reply:
        facts.append(_fold("The model's reply", candidate.reply, MOST_REPLY))
    return facts


def _fold(title: str, text: str, most: int) -> Html:
    return tag("details", tag("summary", title), tag("pre", clipped(text.strip(), most), tabindex=0))


def _same(candidate: Candidate, other: Candidate | None) -> bool:
    """Whether two values are of one candidate: a fix that was joined from several has the last one's verdict."""
    return candidate is other or (
        other is not None
        and candidate.id == other.id
        and candidate.move is other.move
        and candidate.verdict is not None
        and candidate.verdict.passed
    )
