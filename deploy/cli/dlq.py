"""./shop dlq: dead letters, the messages that were given up"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, TypeVar

from aio_pika.exceptions import AMQPError
from rich.console import Console
from rich.prompt import Confirm
from rich.table import Table
from rich.text import Text

from deploy.cli.terminal import clean
from deploy.installation.addresses import StoreUrls
from deploy.installation.errors import ShopError, reason
from deploy.operations import dead_letters
from deploy.operations.installation import Installation
from services.shared.events.topology import QUEUES

T = TypeVar("T")


def run(
    installation: Installation,
    console: Console,
    *,
    action: str,
    queue: str | None,
    identifier: str | None,
    yes: bool,
) -> int:
    """One action; 1 when there is no such letter."""
    layout = installation.layout
    url = StoreUrls(layout).amqp()
    if action == "list":
        return _list(url, console)
    queue = (queue or "").removesuffix(".dead")  # the command has checked that it is one
    if action == "show":
        return ask(_show(url, queue, console))
    if action == "replay":
        done = ask(dead_letters.replay(url, queue, identifier))
        said = f"Sent {_letters(done)} back to {queue}."
    else:
        _sure(url, queue, identifier, yes)
        done = ask(dead_letters.drop(url, queue, identifier))
        said = f"Dropped {_letters(done)} of {queue}."
    if not done and identifier:
        raise ShopError(f"{queue}.dead has no letter {identifier}.", f"See them: ./shop dlq show {queue}")
    console.print(said if done else _empty(queue))
    return 0


def _list(url: str, console: Console) -> int:
    table = Table("queue", "letters", "oldest (UTC)", box=None, padding=(0, 2))
    counted = ask(dead_letters.count(url, list(QUEUES)))
    for found in counted:
        colour = "red" if found.letters else "green"
        since = _when(found.oldest, "unknown" if found.letters else "-")
        table.add_row(f"{found.queue}.dead", f"[{colour}]{found.letters}[/]", since)
    console.print(table)
    if not any(found.letters for found in counted):
        console.print("No message was given up.")
    return 0


async def _show(url: str, queue: str, console: Console) -> int:
    seen = False
    async for letter in dead_letters.look(url, queue):
        seen = True
        head = f"{_when(letter.time)}  {letter.type or '(no type)'}  {letter.id or '(no id)'}"
        lines = (
            f"  request   {letter.request_id or '-'}, attempts {letter.attempts}",
            f"  error     {letter.error or '(not recorded)'}",
            f"  message   {letter.body}",
        )
        console.print(Text(clean(head), "bold"), soft_wrap=True)
        for line in lines:
            console.print(Text(clean(line)), soft_wrap=True)
    if not seen:
        console.print(_empty(queue))
    return 0


def _sure(url: str, queue: str, identifier: str | None, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise ShopError("Dropped dead letters cannot be brought back.", "Add --yes to confirm.")
    [found] = ask(dead_letters.count(url, [queue]))
    what = f"the letter {identifier}" if identifier else f"all {found.letters} letters"
    if not Confirm.ask(f"Drop {what} of {queue} for good?", default=False):
        raise ShopError("Nothing was dropped.")


def ask(question: Coroutine[Any, Any, T]) -> T:
    """The answer to a question about dead letters. Raises ShopError where RabbitMQ gives none."""
    try:
        return asyncio.run(question)
    except (AMQPError, OSError) as error:  # OSError includes TimeoutError
        raise ShopError(f"RabbitMQ does not answer: {reason(error)}.", "Is it up? ./shop status") from error


def _empty(queue: str) -> str:
    return f"{queue}.dead is empty: no message of {queue} was given up."


def _letters(number: int) -> str:
    return "1 letter" if number == 1 else f"{number} letters"


def _when(time: datetime | None, otherwise: str = "-") -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}" if time else otherwise
