"""A circuit breaker for asyncio: pybreaker's states and counters, with admission and recording around them.

pybreaker alone counts an `async def` as a success, lets every waiting call through when half-open, and takes
failures of calls that began before it opened. Here:

- a call is admitted without an await in between; half-open admits `trials` calls at a time;
- a result counts only in the generation (the time between two changes of state) that admitted the call;
- cancellation is neutral: it frees a trial's place and counts neither way;
- every call has a timeout, so that a trial cannot hang for ever.
"""

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pybreaker
from opentelemetry import trace

from observability.limits import TimeLimit
from observability.logging import get_logger
from observability.metrics import breaker_calls, breaker_state, breaker_transitions, timeouts
from observability.names import own

__all__ = ["Breaker", "BreakerOpenError"]

_STATES = (pybreaker.STATE_CLOSED, pybreaker.STATE_OPEN, pybreaker.STATE_HALF_OPEN)
_MOVES = (
    (pybreaker.STATE_CLOSED, pybreaker.STATE_OPEN),
    (pybreaker.STATE_OPEN, pybreaker.STATE_HALF_OPEN),
    (pybreaker.STATE_HALF_OPEN, pybreaker.STATE_OPEN),
    (pybreaker.STATE_HALF_OPEN, pybreaker.STATE_CLOSED),
)
_OUTCOMES = ("success", "failure", "rejected", "late", "cancelled")
_log = get_logger("breaker")


class BreakerOpenError(Exception):
    """The call was not made. `retry_after`: whole seconds until a trial may be admitted."""

    def __init__(self, name: str, retry_after: int) -> None:
        super().__init__(f"circuit breaker {name} is open")
        self.retry_after = retry_after


class Breaker(pybreaker.CircuitBreakerListener):
    """One breaker for one dependency.

    fail_max: failures in a row that open it. reset: seconds it stays open.
    trials: calls at a time when half-open.
    is_failure: says whether an exception speaks against the dependency; what does not, counts as success.
    not_made: exceptions after which the call was not even made: they count neither way.
    """

    def __init__(
        self,
        name: str,
        *,
        fail_max: int = 5,
        reset: float = 5.0,
        trials: int = 1,
        is_failure: Callable[[BaseException], bool] = lambda error: True,
        not_made: tuple[type[Exception], ...] = (),
    ) -> None:
        self.name = name
        self._reset = reset
        self._trials = trials
        # An open breaker inside of the block is one, too.
        self._not_made: tuple[type[Exception], ...] = (BreakerOpenError, *not_made)
        self._generation = 0
        self._running = 0  # calls that this generation has admitted, and that have not ended
        self._opened_at = 0.0
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=fail_max,
            # time is kept here, on the monotonic clock: pybreaker must never decide to half-open by itself
            reset_timeout=0,
            exclude=[lambda error: not is_failure(error)],
            listeners=[self],
            name=name,
            throw_new_error_on_trip=False,
        )
        self._show(self.state)
        # A series that is there from the start lets increase() see its first event.
        timeouts.labels(name)
        for outcome in _OUTCOMES:
            breaker_calls.labels(name, outcome)
        for move in _MOVES:
            breaker_transitions.labels(name, *move)

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`."""
        return str(self._breaker.current_state)

    @asynccontextmanager
    async def guard(self, timeout: float) -> AsyncIterator[None]:
        """Run the block as one call of at most `timeout` seconds.

        Raises BreakerOpenError without running it when no call is admitted, TimeoutError when time ran out.
        """
        generation = self._admit()
        try:
            async with TimeLimit(timeout):
                yield
        except self._not_made:
            self._withdraw(generation)
            raise
        except Exception as error:
            if isinstance(error, TimeoutError):
                timeouts.labels(self.name).inc()
            self._record(generation, error)
            raise
        except BaseException:  # cancelled, or the generator that holds the block was closed
            self._withdraw(generation)
            raise
        else:
            self._record(generation, None)

    def _admit(self) -> int:
        """The generation that admits the call. Raises BreakerOpenError."""
        if self.state == pybreaker.STATE_OPEN:
            remaining = self._opened_at + self._reset - time.monotonic()
            if remaining > 0:
                self._reject(remaining)
            self._breaker.half_open()
        if self.state == pybreaker.STATE_HALF_OPEN and self._running >= self._trials:
            self._reject(self._reset)
        self._running += 1
        return self._generation

    def _reject(self, retry_after: float) -> None:
        self._count("rejected")
        trace.get_current_span().add_event(
            own("circuit_breaker.rejected"), {own("circuit_breaker.name"): self.name}
        )
        raise BreakerOpenError(self.name, math.ceil(retry_after))

    def _withdraw(self, generation: int) -> None:
        self._running -= generation == self._generation
        self._count("cancelled")

    def _record(self, generation: int, error: Exception | None) -> None:
        if generation != self._generation:
            self._count("late")
            return
        self._running -= 1

        def outcome() -> None:
            if error is not None:
                raise error

        failed = error is not None and self._breaker.is_system_error(error)
        self._count("failure" if failed else "success")
        try:
            self._breaker.call(outcome)
        except Exception as raised:
            if raised is not error:
                raise

    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,
        old_state: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        """pybreaker's listener: a new generation begins; tell metrics, the span and the log."""
        self._generation += 1
        self._running = 0
        if new_state.name == pybreaker.STATE_OPEN:
            self._opened_at = time.monotonic()
        change = {
            "breaker": self.name,
            "from_state": old_state.name if old_state else "",
            "to_state": new_state.name,
        }
        self._show(new_state.name)
        breaker_transitions.labels(**change).inc()
        attributes = {
            own("circuit_breaker.name"): self.name,
            own("circuit_breaker.from_state"): change["from_state"],
            own("circuit_breaker.to_state"): change["to_state"],
        }
        trace.get_current_span().add_event(own("circuit_breaker.transition"), attributes)
        _log.warning("breaker.transition", **change)

    def _show(self, current: str) -> None:
        for state in _STATES:
            breaker_state.labels(self.name, state).set(state == current)

    def _count(self, outcome: str) -> None:
        breaker_calls.labels(self.name, outcome).inc()
