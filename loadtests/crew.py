"""A load in several processes: Locust's master says who works, and hears from its workers what they counted.

Each gate lets its share of the people in, from addresses that no other worker uses. Locust's own numbers go to the
master every 3 s; what it does not know of a run goes with them. In one process nothing of this happens.
"""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

import gevent
from gevent.queue import Queue
from locust import events
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.rpc.zmqrpc import Client
from locust.runners import (
    HEARTBEAT_LIVENESS,
    STATE_RUNNING,
    STATE_SPAWNING,
    STATE_STOPPED,
    MasterRunner,
    Runner,
    WorkerNode,
    WorkerRunner,
)

from loadtests import actions, outcomes, spans, steps, timeline
from loadtests.scenario import MOST_WORKERS, Stage

__all__ = [
    "close",
    "end_when_all_left",
    "follow",
    "inside",
    "is_worker",
    "join",
    "leave",
    "lost",
    "number",
    "take_share",
]

_LAST_REPORTS = 10.0  # seconds for the last report of a worker after everybody has left it
_ANSWER = 10.0  # seconds for a master's answer
_LAST_WORDS = 10_000  # milliseconds in which what a worker has sent must be on its way
_MUTE = 8  # seconds without a word after which nothing is expected of a worker; on a busy machine 4 are nothing
_CLOSE, _SHARE = "close the gate", "share"  # messages; Locust carries them
_PARTS = {"outcomes": outcomes, "timeline": timeline, "steps": steps, "actions": actions}  # each can take and add
_people: dict[str, int] = {}  # inside, by worker
_at_work: set[str] = set()  # workers that have begun
_done: set[str] = set()  # those of them whose gate has closed and who have nobody inside
_over: set[str] = set()  # those of them whose last report is here
_given: Queue[int] = Queue()  # shares of the plan that the master has given to gates of this process
_index = None  # of this worker, from 0 on


def number(of_its_own: int) -> int:
    """A number that no other worker uses, made of one that nobody else in this process uses."""
    return of_its_own if _index is None else of_its_own * MOST_WORKERS + _index


def take_share(environment: Environment) -> int:
    """The share of the plan that a gate lets in, from 0 on. Raises `gevent.queue.Empty` if the master is mute."""
    if not isinstance(environment.runner, WorkerRunner):
        return 0
    environment.runner.send_message(_SHARE)
    return _given.get(timeout=_ANSWER)


def is_worker(environment: Environment) -> bool:
    """Whether a master in another process says what this one does, and keeps what it counts."""
    return isinstance(environment.runner, WorkerRunner)


def join(environment: Environment, people: Callable[[], int], close_gate: Callable[[], None]) -> None:
    """Take part as Locust has started this process.

    people: how many are inside of this process. close_gate: called when nobody else should be let in.
    """
    if isinstance(environment.runner, WorkerRunner):
        _work(environment.runner, people, close_gate)
    elif isinstance(environment.runner, MasterRunner):
        _lead(environment.runner)


def _work(runner: WorkerRunner, people: Callable[[], int], close_gate: Callable[[], None]) -> None:
    global _index  # the master has given it by now
    _index = runner.worker_index % MOST_WORKERS
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all processes, and the master says how it ends

    def tell(data: dict[str, Any], **_: Any) -> None:
        if runner.state == STATE_STOPPED:
            spans.flush()
        taken = {name: part.take() for name, part in _PARTS.items()}
        data["crew"] = {"people": people(), "state": runner.state, **taken}

    events.report_to_master.add_listener(tell)
    runner.register_message(_CLOSE, lambda **_: close_gate())
    runner.register_message(_SHARE, lambda msg, **_: _given.put(msg.data["share"]))
    events.quit.add_listener(lambda **_: leave(runner.client))


def leave(client: Client) -> None:
    """Wait until what was sent is on its way: a process that ends takes with it what its library still holds."""
    context = client.socket.context
    client.close(linger=_LAST_WORDS)
    context.term()


def _lead(runner: MasterRunner) -> None:
    shares = itertools.count()

    def hear(client_id: str, data: dict[str, Any], **_: Any) -> None:
        told = data["crew"]
        _people[client_id] = told["people"]
        if told["state"] == STATE_RUNNING and data["user_count"] == 0:
            _done.add(client_id)
        else:
            _done.discard(client_id)
        if told["state"] in (STATE_SPAWNING, STATE_RUNNING):
            _at_work.add(client_id)
        elif told["state"] == STATE_STOPPED:
            _over.add(client_id)
        for name, part in _PARTS.items():
            part.add(told[name])
        if (stage := steps.newest()) is not None and steps.are_lost(stage):
            runner.send_message(_CLOSE)

    def begin(**_: Any) -> None:
        nonlocal shares
        shares = itertools.count()
        for each in (_people, _at_work, _done, _over):
            each.clear()
        _at_work.update(worker.id for worker in runner.clients.ready)  # who dies now never tells that it began

    def share(msg: Message, **_: Any) -> None:
        runner.send_message(_SHARE, {"share": next(shares)}, client_id=msg.node_id)

    runner.register_message(_SHARE, share)
    events.worker_report.add_listener(hear)
    events.test_start.add_listener(begin)


def inside() -> int:
    """How many people are inside at all workers, as they last told."""
    return sum(_people.values())


def end_when_all_left(environment: Environment) -> None:
    """End each run when its gates have closed; without a page there is one run."""
    runner = environment.runner
    assert runner is not None
    while True:
        gevent.sleep(0.1)
        if (runner.state == STATE_RUNNING and _have_all_left(runner)) or _are_all_lost(runner):
            if environment.web_ui is None:
                close(environment)
                runner.quit()
                return
            runner.stop()


def _have_all_left(runner: Runner) -> bool:
    """Whether all gates have closed. Locust's own count is 0 also before its workers have told of anybody."""
    if not isinstance(runner, MasterRunner):
        return bool(runner.user_count == 0)
    return all(worker.id in _done for worker in runner.clients.all if _may_report(worker))


def _are_all_lost(runner: Runner) -> bool:
    """Whether a master has nobody left: Locust then stops the run, and goes on waiting."""
    return isinstance(runner, MasterRunner) and runner.state == STATE_STOPPED and runner.worker_count == 0


def follow(environment: Environment, stages: Sequence[Stage]) -> None:
    """Let as many people be there as each stage says, and end the run. Locust itself has begun the first.

    Its own shapes would do the same, but a run with one cannot be ended early: SIGTERM kills it, and a master
    does not hear its workers any more.
    """
    runner = environment.runner
    assert runner is not None
    while runner.state not in (STATE_SPAWNING, STATE_RUNNING):
        gevent.sleep(0.1)
    ends = time.monotonic()
    for number, stage in enumerate(stages):
        if number:
            runner.start(stage.users, stage.spawn_rate)
        ends += stage.seconds
        gevent.sleep(max(0.0, ends - time.monotonic()))
    close(environment)
    runner.quit()


def close(environment: Environment) -> None:
    """Everybody ends their journey. A master waits until each worker has told what it counted, and has ended."""
    runner = environment.runner
    if not isinstance(runner, MasterRunner):
        if runner is not None:
            runner.stop()
        return
    runner.stop(send_stop_to_client=False)  # who is only stopped ends later, and may not hear of it
    for worker in runner.clients.all:
        runner.send_message("quit", client_id=worker.id)
    deadline = time.monotonic() + environment.stop_timeout + _LAST_REPORTS
    while any(_may_report(worker) for worker in runner.clients.all) and time.monotonic() < deadline:
        gevent.sleep(0.1)


def _may_report(worker: WorkerNode) -> bool:
    """Its master forgets who has told that it quit, and counts the seconds of silence down from a few."""
    return bool(worker.heartbeat > HEARTBEAT_LIVENESS - _MUTE)


def lost() -> int:
    """Workers without a last report: what they have counted since the one before is missing."""
    return len(_at_work - _over)
