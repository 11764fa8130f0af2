"""Recording a repair: one JSON line for each thing that happens, appended as it happens.

A file holds one repair: the problem, each reply as it was paid for, each candidate with its verdict, and how it ended.
A repair that was killed is resumed by recording to the same folder again: what its file has replies for is not asked of
a model a second time, and counts into the same ceilings. A line that was cut off by the kill is passed over.

The files hold prompts' answers and patches, so they are the user's own; nothing is recorded unless a folder is named.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

from .budget import Spend
from .candidate import Candidate, Critique, Draft, Gather, Move, Mutate, Problem, Repair
from .events import CandidateJudged, Event, RepairEnded
from .strategy import Alternative, Dialect, Model, Reply, SampleRequest, ToolCall, Watch, converses

VERSION = 1
MOST_SUSPICIOUS = 200
"""Suspicious lines kept of a problem."""


class Record:
    """The file of one repair. Use as a context manager, as a listener, and around the models."""

    def __init__(self, path: Path, problem: Problem, models: Sequence[Model]) -> None:
        self.path = path
        self._problem = problem
        self._models = models
        self._paid: defaultdict[str, list[Reply]] = defaultdict(list)
        self._served: Counter[str] = Counter()
        self._stream: TextIO | None = None

    @classmethod
    def open(cls, folder: Path, problem: Problem, models: Sequence[Model]) -> Record:
        """The problem's unfinished file in `folder`, else a new one. Raises OSError where none can be written."""
        folder.mkdir(parents=True, exist_ok=True)
        mark = mark_of(problem, models)
        number = len(list(folder.glob(f"{mark}-*.jsonl")))
        path = folder / f"{mark}-{max(1, number)}.jsonl"
        if path.exists() and any(line["kind"] == "ended" for line in lines(path)):
            path = folder / f"{mark}-{number + 1}.jsonl"
        record = cls(path, problem, models)
        record._resume()
        return record

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __call__(self, event: Event) -> None:
        """Hear what happens in the repair."""
        match event:
            case CandidateJudged(candidate):
                self._write(candidate_line(candidate))
            case RepairEnded(outcome):
                self._write(
                    {
                        "kind": "ended",
                        "verified": outcome.verified,
                        "stopped": outcome.stopped.value,
                        "reason": outcome.reason,
                        "spend": asdict(outcome.spend),
                    }
                )
            case _:
                pass

    @property
    def models(self) -> tuple[Model, ...]:
        """The cascade, each model answering first with what was already paid for."""
        return tuple(RecordedModel(model, rung, self) for rung, model in enumerate(self._models))

    def paid(self, key: str) -> Reply | None:
        """The next recorded reply to a request, None when it has to be asked for."""
        number = self._served[key]
        self._served[key] += 1
        replies = self._paid[key]
        return replies[number] if number < len(replies) else None

    def keep(self, key: str, reply: Reply) -> None:
        """Append a reply that a model has just given."""
        self._write({"kind": "reply", "key": key, **asdict(reply)})

    def _resume(self) -> None:
        """Read what is there, and open the file for appending."""
        begun = self.path.exists()
        if begun:
            for line in lines(self.path):
                if line["kind"] == "reply":
                    self._paid[line["key"]].append(_reply(line))
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._stream = os.fdopen(descriptor, "a", encoding="utf-8")
        if begun:
            self._stream.write("\n")  # ends a line that a kill has cut off; an empty one means nothing
        self._write(problem_line(self._problem, self._models))

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._stream is not None:
            self._stream.write(json.dumps(line, ensure_ascii=True) + "\n")
            self._stream.flush()


class RecordedModel:
    """A model whose recorded replies are given again, in order, before it is asked anything new."""

    def __init__(self, model: Model, rung: int, record: Record) -> None:
        self._model = model
        self._rung = rung
        self._record = record

    @property
    def name(self) -> str:
        """The model's own name."""
        return self._model.name

    @property
    def dialect(self) -> Dialect:
        """The model's own."""
        return self._model.dialect

    async def sample(self, request: SampleRequest, watch: Watch | None = None) -> Reply:
        """A reply that was paid for before, else a new one, kept as soon as it is there."""
        key = key_of(request, self._rung)
        paid = self._record.paid(key)
        if paid is not None:
            return replace(paid, already_paid=True)
        reply = await self._model.sample(request, watch)
        self._record.keep(key, reply)
        return reply

    def price_bound(self, request: SampleRequest) -> float | None:
        """The model's own."""
        return self._model.price_bound(request)


def mark_of(problem: Problem, models: Sequence[Model]) -> str:
    """Names a problem: the same tree, targets and models have the same mark."""
    facts = [problem.snapshot.digest, *problem.targets, *(model.name for model in models)]
    return hashlib.sha256("\0".join(facts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def key_of(request: SampleRequest, rung: int) -> str:
    """Names a request. How long the reply may be is left out: that depends on what else is in flight."""
    asked = [asdict(message) for message in request.messages]
    options = [rung, request.temperature, request.seed, request.reasoning, [tool.name for tool in request.tools]]
    return hashlib.sha256(json.dumps([asked, options]).encode()).hexdigest()[:32]


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """A recording's lines, broken ones passed over."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        for text in stream:
            try:
                line: object = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict) and "kind" in line:
                yield line


def problem_line(problem: Problem, models: Sequence[Model]) -> dict[str, Any]:
    """What a policy sees of a problem."""
    return {
        "kind": "problem",
        "version": VERSION,
        "mark": mark_of(problem, models),
        "models": [model.name for model in models],
        "converses": converses(models),
        "failures": {
            result.id: {
                "message": result.message,
                "frames": [[frame.path, frame.line, frame.function] for frame in result.frames],
            }
            for result in problem.failures
        },
        "suspicious": [[line.path, line.line, line.score] for line in problem.suspicious[:MOST_SUSPICIOUS]],
    }


def candidate_line(candidate: Candidate) -> dict[str, Any]:
    """A candidate and how it was judged."""
    verdict = candidate.verdict
    judged = None
    if verdict is not None:
        judged = {
            "judgement": verdict.judgement.value,
            "stage": verdict.stage.value,
            "progress": verdict.progress,
            "fixed": list(verdict.fixed),
            "failing": {
                result.id: [result.outcome.value, result.message]
                for result in verdict.results.values()
                if result.outcome.is_failure
            },
            "findings": list(verdict.findings),
        }
    return {
        "kind": "candidate",
        "id": candidate.id,
        "move": _move(candidate.move),
        "spend": asdict(candidate.spend),
        "verdict": judged,
        "rejection": candidate.rejection.value if candidate.rejection else None,
        "detail": candidate.detail,
        "reply": candidate.reply,
        "patch": candidate.patch.diff() if candidate.patch else None,
    }


def _move(move: Move) -> dict[str, Any]:
    """A move with the ids of the candidates it was made from."""
    name = type(move).__name__.lower()
    match move:
        case Mutate(operator=operator, path=path, line=line):
            return {"kind": name, "operator": operator, "path": path, "line": line}
        case Draft(critique=critique, branch=branch):
            made_from: dict[str, Any] = {"critique": critique.id if critique else None, "branch": branch}
        case Repair(parent=parent):
            made_from = {"parent": parent.id}
        case Critique(parents=parents):
            made_from = {"parents": [parent.id for parent in parents]}
        case Gather():
            made_from = {}
    plain = {
        option: getattr(move, option)
        for option in ("variant", "temperature", "model", "reasoning")
        if hasattr(move, option)
    }
    return {"kind": name, **plain, **made_from}


def _reply(line: Mapping[str, Any]) -> Reply:
    return Reply(
        text=line["text"],
        spend=Spend(**line["spend"]),
        model=line["model"],
        truncated=line["truncated"],
        calls=tuple(ToolCall(**call) for call in line["calls"]),
        cut=line["cut"],
        alternatives=tuple(Alternative(*told) for told in line.get("alternatives", ())),
    )
