"""No statement of the user service reads a whole table: it would become slower with every account."""

from services.user.main import create
from services.user.settings import Settings
from tests.services.plans import heard, without_index
from tests.services.support import running
from tests.services.user.people import People


async def test_every_statement_finds_its_rows_by_an_index(settings: Settings) -> None:
    """An account is opened, and used."""
    with heard() as statements:
        async with running(create(settings)) as client:
            await (await People(client).member()).login()
    assert statements
    assert await without_index(settings.database_url, statements) == {}
