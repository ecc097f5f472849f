"""Tables of the user service."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.shared.database import COLUMN_TYPES
from services.shared.events.envelope import new_id

__all__ = ["Base", "User"]


class Base(DeclarativeBase):
    """Base of this service's tables."""

    type_annotation_map = COLUMN_TYPES


class User(Base):
    """An account. email: normalised (schemas.Email), so that the unique index ignores case."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("email", name="users_email_key"),
        CheckConstraint("role IN ('customer', 'admin')", name="users_role_check"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(server_default="customer")
    # Refresh sessions remember the epoch they began in; raising it ends them all, even while Redis is down.
    session_epoch: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
