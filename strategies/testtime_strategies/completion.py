"""What a small model is asked. It follows no format and no rules, but it goes on from code that somebody began.

The prompt says how a test fails; the answer is begun for it with a suspicious function, up to some place in one of its
suspicious lines, and it either ends that line or, shown what there was, writes the rest of the function. What comes
back is put into the function and becomes an ordinary SEARCH/REPLACE reply. A server that does not go on from an answer
that was begun sends a function in a fence, which is read as any reply is.

Drawn at random, every third answer is the code as it stands, or one that was there before. So the model is first asked
for one token at each place, and for what else that could have been: where it finds other code likelier than what stands
there, it is told to go on from that (code that a language model finds unnatural is likelier to be faulty, Ray et al.,
arXiv 1506.01159; one branch for each first token, then greedy: CoT-decoding, Wang and Zhou, arXiv 2402.10200).
"""

from __future__ import annotations

import io
import math
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from textwrap import dedent, indent

from .candidate import Candidate, Problem
from .context import Context, Function, function_at, is_secret, text_of
from .prompt import Prompt
from .strategy import Alternative, Message
from .syntax import why_not_python

MOST_LINES = 10
"""Suspicious lines that are tried, most suspicious first."""
MOST_FUNCTION, MOST_FAILURE = 3_000, 400
"""Characters of the function and of the failure that are shown."""
LINE_TOKENS, SPARE_TOKENS = 40, 32
"""The longest line that is asked for; what the rest of a function may be longer than it was."""
MOST_CONTINUED = 4
"""Lines that one line may stand for."""
MOST_LOOKS, LOOKS, ALTERNATIVES = 32, 8, 20
"""Places at which it is asked for a token, how many of them before each reply, and how many tokens it could have been
are told; servers tell at most twenty.
"""
DIGITS = "102"
FURTHER = 0.05
"""What a place is behind the next more suspicious one, in logits of what the model would write there."""
CHARACTERS_PER_TOKEN = 2.5
"""Of code, rather too few."""
LINE_END = ("\n", "```")
BEGINNING = "Here is the corrected function:\n```python\n"
"""Of the answer."""
SYSTEM = Message("system", "You correct Python.")
"""Short: without any, templates put in a longer one of their own."""
REST_EVERY = 4
"""One reply in so many writes the rest of the function, the others end a line."""


@dataclass(frozen=True)
class Place:
    """Where an answer is begun: a function of a file, one of its lines (counted from 0), and so much of that line."""

    path: str
    name: str
    original: str
    """The function as it stands in the snapshot."""
    lines: tuple[str, ...]
    """The function that is to be changed, without its margin."""
    line: int
    begun: str

    @property
    def head(self) -> str:
        """The function up to where the answer is begun; never ends in white space, which templates cut off."""
        return "\n".join((*self.lines[: self.line], *([self.begun] if self.begun else [])))


def completion_prompt(context: Context, variant: int, parent: Candidate | None = None) -> Prompt | None:
    """Ask for the variant-th change from scratch, or of what `parent` made of the function; None where no suspicious
    line is in a function that may be shown.
    """
    found = places(context.problem, parent)
    if not found:
        return None
    rest = variant % REST_EVERY == REST_EVERY - 1
    number = variant // REST_EVERY if rest else variant - variant // REST_EVERY
    if rest:
        found = [place for place in found if not place.begun] or found
    place = found[number % len(found)]
    shown = "\n".join(place.lines) if rest else ""
    left = len("\n".join(place.lines[place.line :]))
    return replace(
        _prompt(context.problem, place, parent, shown),
        limit=int(left / CHARACTERS_PER_TOKEN) + SPARE_TOKENS if rest else LINE_TOKENS,
        stop=("```",) if rest or not place.begun else LINE_END,
        seed=variant,
        complete=partial(_completed, place=place, rest=rest),
    )


def looks(context: Context) -> list[tuple[Place, Prompt]]:
    """Where the model is asked for one token, most promising first, and how."""
    found = [place for place in places(context.problem) if place.begun][:MOST_LOOKS]
    return [(place, replace(_prompt(context.problem, place), limit=1)) for place in found]


def branches(seen: Iterable[tuple[Place, Sequence[Alternative]]]) -> tuple[Place, ...]:
    """Places begun with a token that is not what stands there, the most promising first; `seen` has what the model told
    of each place that it looked at.
    """
    found: list[tuple[float, Place]] = []
    for rank, (place, alternatives) in enumerate(seen):
        there = place.lines[place.line][len(place.begun) :]
        for token, logprob in _numbered(alternatives):
            if token.strip() and not there.startswith(token) and "```" not in token:
                found.append((logprob - FURTHER * rank, replace(place, begun=place.begun + token)))
    return tuple(place for _, place in sorted(found, key=lambda entry: -entry[0]))


def _numbered(alternatives: Iterable[Alternative]) -> Iterator[Alternative]:
    """With a space replaced by small numbers: tokenisers put it before one, and no answer can be begun with it."""
    for token, logprob in alternatives:
        if token == " ":
            yield from (Alternative(f" {digit}", logprob - math.log(len(DIGITS))) for digit in DIGITS)
        else:
            yield Alternative(token, logprob)


def branch_prompt(context: Context, place: Place) -> Prompt:
    """Ask for the rest of a line that is begun otherwise than it stands."""
    return replace(
        _prompt(context.problem, place),
        limit=LINE_TOKENS,
        stop=LINE_END,
        greedy=True,
        complete=partial(_completed, place=place, rest=False),
    )


def _prompt(problem: Problem, place: Place, parent: Candidate | None = None, shown: str = "") -> Prompt:
    """How a test fails, and an answer that is begun up to `place`; `shown` is the function as it was."""
    failing = list(_failing(problem, parent))
    result = next((message for message in failing if place.name in message), next(iter(failing), ""))
    # A function that is shown whole is copied, and what is not copied is begun the same way by every prompt of it.
    code = f"This Python function has a bug.\n```python\n{shown}\n```\n" if shown else ""
    question = f"{code}A test of the Python function {place.name} fails: {result}\nWrite the corrected function."
    return Prompt(
        (SYSTEM, Message("user", question), Message("assistant", BEGINNING + place.head)),
        {place.path: len(shown) + len(place.head)},
    )


def places(problem: Problem, parent: Candidate | None = None) -> list[Place]:
    """Where answers may be begun, the most promising first: suspicious lines, each begun a little further each time."""
    begun: list[list[Place]] = []
    seen: set[tuple[str, int]] = set()
    for suspect in problem.suspicious:
        if len(begun) == MOST_LINES:
            break
        if is_secret(problem, suspect.path) or (suspect.path, suspect.line) in seen:
            continue
        seen.add((suspect.path, suspect.line))
        text = text_of(problem, suspect.path)
        function = function_at(text, suspect.line) if text else None
        if not text or function is None:
            continue
        original = "\n".join(text.splitlines()[function.lineno - 1 : function.end_lineno])
        changed = _as_changed(parent, suspect.path, function) or original
        lines = tuple(dedent(changed).split("\n"))
        number = suspect.line - function.lineno
        if len(changed) <= MOST_FUNCTION and _header(function) <= number < len(lines):
            starts = _beginnings(lines[number])
            begun.append([Place(suspect.path, function.name, original, lines, number, start) for start in starts])
    order = [(step + rank, rank, place) for rank, line in enumerate(begun) for step, place in enumerate(line)]
    return [place for *_, place in sorted(order, key=lambda entry: entry[:2])]


def _header(function: Function) -> int:
    """Lines from the function's first to its body's first."""
    return max(1, function.body[0].lineno - function.lineno)


def _beginnings(line: str) -> list[str]:
    """How a line may be begun: to its first token, all of the ends of its tokens but the last, and not at all."""
    margin = line[: len(line) - len(line.lstrip())]
    try:
        tokens = [
            token.end[1]
            for token in tokenize.generate_tokens(io.StringIO(line.strip()).readline)
            if token.string.strip() and token.type not in (tokenize.COMMENT, tokenize.ENDMARKER)
        ]
    except (tokenize.TokenError, SyntaxError):
        tokens = [match.end() for match in re.finditer(r"\w+|[^\w\s]+", line.strip())]
    ends = tokens[:-1]
    spread = [*ends[:1], *ends[1::2]] if len(ends) > 1 else ends
    return [*(margin + line.strip()[:end] for end in spread), ""]


def _as_changed(parent: Candidate | None, path: str, function: Function) -> str | None:
    """What a candidate made of a function, None where it left it alone."""
    if parent is None or parent.patch is None:
        return None
    after = next((edit.after for edit in parent.patch.edits if edit.path == path), None)
    if after is None:
        return None
    now = function_at(after, function.lineno)
    if now is None or now.name != function.name:
        return None
    return "\n".join(after.splitlines()[now.lineno - 1 : now.end_lineno])


def _failing(problem: Problem, parent: Candidate | None) -> Iterator[str]:
    """How tests fail, after the candidate's change where there is one."""
    verdict = parent.verdict if parent is not None else None
    if verdict is not None:
        yield from (r.message[:MOST_FAILURE] for r in verdict.results.values() if r.outcome.is_failure and r.message)
    yield from (result.message[:MOST_FAILURE] for result in problem.failures)


def _completed(text: str, place: Place, *, rest: bool) -> str:
    """The reply as a SEARCH/REPLACE block; as it is when it holds a function of its own instead."""
    begun = BEGINNING + place.head
    if text.startswith(begun):  # some servers send back what was begun
        text = text[len(begun) :]
    elif re.search(r"^```", text, re.MULTILINE) and re.search(r"^\s*(async )?def ", text, re.MULTILINE):
        named = re.sub(r"^```\w*", f"```python {place.path}", text, count=1, flags=re.MULTILINE)
        return named if named.count("```") > 1 else f"{named}\n```"
    text = text.split("```")[0]
    if not place.begun:
        text = f"\n{text.lstrip(chr(10))}"
    if rest:
        new = _one_function(place.head + text)
    else:
        line = (place.head + text).split("\n")[place.line : place.line + 1] or [""]
        new = _with_line(place, line[0].rstrip())
    margin = place.original[: len(place.original) - len(place.original.lstrip())]
    return f"{place.path}\n<<<<<<< SEARCH\n{place.original}\n=======\n{indent(new, margin)}\n>>>>>>> REPLACE\n"


def _with_line(place: Place, line: str) -> str:
    """The function with its line replaced, and the lines that went on from it where it does without them."""
    texts = [
        "\n".join([*place.lines[: place.line], line, *place.lines[place.line + removed :]])
        for removed in range(1, min(MOST_CONTINUED, len(place.lines) - place.line) + 1)
    ]
    return next((text for text in texts if why_not_python(text) is None), texts[0])


def _one_function(text: str) -> str:
    """The text up to where the function is left again, less lines at its end that are not Python."""
    kept: list[str] = []
    inside = False
    for line in text.rstrip().split("\n"):
        if inside and line.strip() and not line[0].isspace() and line[0] not in ")]}":
            break
        inside = inside or line[:1].isspace()
        kept.append(line)
    for count in range(len(kept), max(1, len(kept) - 3), -1):
        if why_not_python("\n".join(kept[:count])) is None:
            return "\n".join(kept[:count]).rstrip()
    return "\n".join(kept).rstrip()
