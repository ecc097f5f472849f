"""Takes turns: a short run of each app, then of each again, so that a noisy machine is noisy for all of them."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from loadtests.percentiles import percentile
from loadtests.tax.client import Request, ask
from loadtests.tax.processes import cores, free_port, get, pinned, processor_seconds, python

__all__ = ["Measured", "Turn", "measure"]

_FLUSH = 0.8  # seconds after which what is left of a run is exported, with our settings of the batches


@dataclass(frozen=True)
class Turn:
    """One short run. Times in seconds; processor: of one request; spans: that the store received."""

    requests: int
    processor: float
    p50: float
    p99: float
    per_second: float
    spans: int


@dataclass(frozen=True)
class Measured:
    """All turns of one app at one endpoint."""

    kind: str
    turns: tuple[Turn, ...]

    def median(self, of: str) -> float:
        """The median turn."""
        return float(statistics.median(getattr(turn, of) for turn in self.turns))

    def as_json(self) -> dict[str, object]:
        """For the file of results."""
        return {"kind": self.kind, "turns": [asdict(turn) for turn in self.turns]}


@contextmanager
def _collector(core: int, log: Path) -> Iterator[int]:
    port = free_port()
    with python("loadtests.tax.collector", str(port), core=core, port=port, path="/", log=log):
        yield port


def _spans(port: int) -> int:
    return int(get(port, "/"))


def measure(
    kinds: Mapping[str, Sequence[str]],
    request: Request,
    *,
    rounds: int,
    seconds: float,
    connections: int,
    logs: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, Turn]]:
    """Each turn as it ends. kinds: what serves each of them, as arguments of `python -m` before the port.

    environment: of the measured processes, besides where their spans go.
    """
    served, asking = cores()
    collectors: dict[str, int] = {}
    ports: dict[str, int] = {}
    processes: dict[str, int] = {}

    def turn(kind: str, lasting: float) -> Turn:
        ids = ports[kind], processes[kind], collectors[kind]
        return _turn(*ids, request, seconds=lasting, connections=connections)

    with ExitStack() as stack:
        stack.enter_context(pinned(asking))
        for kind, command in kinds.items():
            name = kind.replace(" ", "-")
            collectors[kind] = stack.enter_context(_collector(asking, logs / f"{name}.collector.log"))
            ports[kind] = free_port()
            store = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collectors[kind]}"}
            process = python(
                *command,
                str(ports[kind]),
                core=served,
                port=ports[kind],
                path="/ping",
                log=logs / f"{name}.log",
                environment={**(environment or {}), **store},
            )
            processes[kind] = stack.enter_context(process)
            turn(kind, min(1, seconds))  # to warm up
        for _ in range(rounds):
            for kind in kinds:
                yield kind, turn(kind, seconds)


def _turn(port: int, process: int, collector: int, request: Request, *, seconds: float, connections: int) -> Turn:
    async def run() -> tuple[float, int, float, float, float]:
        spans, before = _spans(collector), processor_seconds(process)
        answers = await ask(port, request, connections=connections, seconds=seconds)
        if answers.wrong:
            raise RuntimeError(f"{len(answers.wrong)} wrong answers, for example {answers.wrong[0][:500]!r}")
        await asyncio.sleep(_FLUSH)  # what is exported later belongs to this run
        used = processor_seconds(process) - before
        took, count = answers.seconds, len(answers.seconds)
        return used / count, count, percentile(took, 0.5), percentile(took, 0.99), _spans(collector) - spans

    processor, count, p50, p99, spans = _runner().run(run())
    return Turn(count, processor, p50, p99, count / seconds, int(spans))


def _runner() -> asyncio.Runner:
    try:
        import uvloop
    except ImportError:  # not on Windows
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)
