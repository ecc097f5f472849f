"""The database: migrations, models, seed."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from deploy.installation.secrets import Secrets
from services.shared.database import Database
from services.shared.migrations import migrate
from services.user.main import create
from services.user.models import Base, User
from services.user.seed import ADMIN_EMAIL, seed
from services.user.settings import SeedSettings, Settings
from tests.services.migrated import differences
from tests.services.support import running
from tests.services.user.conftest import MIGRATIONS
from tests.services.user.people import People


async def test_models_equal_migrations(database_url: str) -> None:
    """What the code expects is what the migrations make."""
    assert await differences(database_url, Base.metadata) == []


def test_migrating_again_is_harmless(postgres_url: Callable[[str], str]) -> None:
    """A second run finds nothing to do."""
    url = postgres_url("migrated_twice")
    migrate(MIGRATIONS, url)
    migrate(MIGRATIONS, url)


async def test_database_refuses_unknown_roles(database_url: str) -> None:
    """Whatever the code does."""
    database = Database(database_url)
    with pytest.raises(sa.exc.IntegrityError, match="users_role_check"):
        async with database.session() as session:
            session.add(User(email="root@example.com", password_hash="-", role="root"))
    await database.close()


async def test_seed_makes_the_admin_once(
    database_url: str, redis_url: str, keys: Secrets, capsys: pytest.CaptureFixture[str]
) -> None:
    """The admin can log in with the first password; a later seed with another one changes nothing."""
    for password in ("first password", "other password"):
        await seed(SeedSettings(database_url=database_url, admin_password=SecretStr(password)))
    assert "first password" not in capsys.readouterr().out
    settings = Settings(database_url=database_url, redis_url=redis_url, token_key_file=keys.token_key_file)
    async with running(create(settings)) as client:
        admin = People(client).stranger()
        admin.email = ADMIN_EMAIL
        assert (await admin.login("other password")).status_code == 401
        assert (await admin.login("first password")).status_code == 200
        assert (await admin.profile()).json()["role"] == "admin"
