"""Errors as sentences for the person who can act. Every error knows its code and exit status."""

from __future__ import annotations


class DeskError(Exception):
    """A failure with a sentence for a person: what happened, to which thing, what to do.

    `code` is a short stable word for programs, `exit_code` what a command ends with:
    1 refused or failed, 2 usage, 3 not found, 4 conflict, 5 network.
    """

    code = "failed"
    exit_code = 1

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class Refused(DeskError):
    """The desk will not do it, and says why (a wall, a rule, a state)."""

    code = "refused"


class Usage(DeskError):
    """The words of a command or a value in them are off."""

    code = "usage"
    exit_code = 2


class ConfigError(DeskError):
    """config.toml has a mistake: names file, line, key and the nearest valid key."""

    code = "config"
    exit_code = 2


class NotFound(DeskError):
    """There is no such conversation, account, template ..."""

    code = "not_found"
    exit_code = 3


class Conflict(DeskError):
    """Someone or something was faster: claimed, answered or changed in between."""

    code = "conflict"
    exit_code = 4


class NetworkFailure(DeskError):
    """A server could not be reached or would not serve us; nothing is lost."""

    code = "network"
    exit_code = 5


class StoreFailure(DeskError):
    """The store cannot be read or written: locked, full, damaged, too new."""

    code = "store"
