"""Errors end commands with the right number and carry a sentence."""

from __future__ import annotations

import pytest

from csdesk import errors


@pytest.mark.parametrize(
    ("kind", "code", "exit_code"),
    [
        (errors.DeskError, "failed", 1),
        (errors.Refused, "refused", 1),
        (errors.StoreFailure, "store", 1),
        (errors.Usage, "usage", 2),
        (errors.ConfigError, "config", 2),
        (errors.NotFound, "not_found", 3),
        (errors.Conflict, "conflict", 4),
        (errors.NetworkFailure, "network", 5),
    ],
)
def test_programs_can_tell_them_apart(kind: type[errors.DeskError], code: str, exit_code: int) -> None:
    """Lost otherwise: scripts that act on why a command failed."""
    error = kind("The store is locked by csdesk sync.")
    assert (error.code, error.exit_code) == (code, exit_code)
    assert error.message == str(error) == "The store is locked by csdesk sync."


def test_a_finer_code_is_of_one_error_only() -> None:
    """Lost otherwise: every later refusal, under the code of the first."""
    assert errors.Conflict("The customer wrote again.", code="newer_message").code == "newer_message"
    assert errors.Conflict("Mei was faster.").code == "conflict"
