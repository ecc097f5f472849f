"""The login of Alertmanager in the native run.

Alertmanager lets pages of every site ask it: without a login each page in a browser could read and silence alerts.
"""

from __future__ import annotations

import base64
import ctypes
import json
from collections.abc import Mapping
from pathlib import Path

from deploy.installation.secrets import make_password, read_or_make

__all__ = ["FILE", "USER", "authorization", "headers", "make", "web_config"]

USER = "glasshouse"  # prometheus/prometheus.yml has it too
FILE = "alertmanager_password"
# bcrypt with as little work as it can have: a password of 160 random bits needs neither more nor a salt.
_BCRYPT = b"$2b$04$" + b"." * 22


def make(secrets: Path) -> str:
    """The password in this folder, made when there is none."""
    return read_or_make(secrets / FILE, make_password)


def authorization(secrets: Path) -> str:
    """The header of that name, for what belongs to the native run."""
    return f"Basic {base64.b64encode(f'{USER}:{make(secrets)}'.encode()).decode()}"


def headers(secrets: Path) -> Mapping[str, str]:
    """What a request to Alertmanager needs, whichever way it runs; nothing where it has no password."""
    return {"Authorization": authorization(secrets)} if (secrets / FILE).exists() else {}


def web_config(password: str) -> str:
    """What Alertmanager reads by --web.config.file. It wants a hash of bcrypt, which Debian's C library makes."""
    crypt = ctypes.CDLL("libcrypt.so.1").crypt
    crypt.restype = ctypes.c_char_p
    found: bytes = crypt(password.encode(), _BCRYPT)
    return json.dumps({"basic_auth_users": {USER: found.decode()}}) + "\n"
