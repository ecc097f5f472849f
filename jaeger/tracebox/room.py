"""A limit on the bytes that are taken and not yet written."""

import threading


class FullError(Exception):
    """There is no room for that many bytes now."""


class Room:
    """Counts bytes up to a limit; used from the event loop and from the writer's thread."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self.used = 0

    def change(self, difference: int) -> None:
        """Take or give back bytes; raises FullError where they do not fit."""
        with self._lock:
            if difference > 0 and self.used + difference > self._limit:
                raise FullError
            self.used += difference


class Hold:
    """The bytes that one request holds: given back at the end unless handed on."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._size = 0

    def resize(self, size: int) -> None:
        """Hold `size` bytes from now on; raises FullError where they do not fit."""
        self._room.change(size - self._size)
        self._size = size

    def hand_on(self) -> int:
        """Leave the bytes to whoever gives them back to the room later, and give their number."""
        size, self._size = self._size, 0
        return size

    def __enter__(self) -> "Hold":
        return self

    def __exit__(self, *_: object) -> None:
        self.resize(0)
