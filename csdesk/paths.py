"""Where files live. One place, so that tests, demo and service users can move all of them by environment."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def config_file() -> Path:
    """CSDESK_CONFIG, else config.toml in the user's configuration folder. It need not exist."""
    named = os.environ.get("CSDESK_CONFIG")
    return Path(named).expanduser() if named else Path(platformdirs.user_config_dir("csdesk")) / "config.toml"


def data_dir() -> Path:
    """The folder of the store and its files; made with mode 0700 when missing."""
    return private_dir(Path(platformdirs.user_data_dir("csdesk")))


def state_dir() -> Path:
    """The folder of logs and remembered pane sizes; made with mode 0700 when missing."""
    return private_dir(Path(platformdirs.user_state_dir("csdesk")))


def private_dir(path: Path) -> Path:
    """The folder, made with mode 0700 when it was not there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def default_store() -> str:
    """The URL of the store when neither --store, CSDESK_STORE nor the config names one."""
    return f"sqlite:///{data_dir() / 'desk.db'}"


def sqlite_path(url: str) -> Path | None:
    """The file of a sqlite:/// URL, None for any other URL."""
    return Path(url.removeprefix("sqlite:///")).expanduser() if url.startswith("sqlite:///") else None


def models() -> Path:
    """The folder of translation models, unless the config names another. It need not exist."""
    return Path(platformdirs.user_data_dir("csdesk")) / "models"


def downloads() -> Path:
    """The folder into which the screen saves attachments; the user's own downloads folder."""
    return Path(platformdirs.user_downloads_dir())
