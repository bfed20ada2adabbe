"""What is really imported: the screen starts light, and the walls between the layers stand at run time."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

HEAVY = (
    "sqlmodel",
    "sqlalchemy",
    "sqlcipher3",
    "httpx",
    "jinja2",
    "babel",
    "psycopg",
    "py3langid",
    "numpy",
    "aiosmtplib",
    "ctranslate2",
    "argostranslate",
    "sentencepiece",
    "sentencex",
    "minisbd",
    "onnxruntime",
)
ENGINE = (
    "ctranslate2",
    "argostranslate",
    "sentencepiece",
    "sentencex",
    "sacremoses",
    "minisbd",
    "onnxruntime",
    "torch",
)


def loaded_by(module: str) -> set[str]:
    """The names in sys.modules of a fresh interpreter after it imported this module."""
    script = f"import sys, {module}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        (
            "csdesk.app",
            (*HEAVY, "csdesk.store", "csdesk.db", "csdesk.channels", "csdesk.orders", "csdesk.mail"),
        ),
        ("csdesk.cli", (*HEAVY, "textual", "csdesk.store", "csdesk.app")),
        ("csdesk.__main__", (*HEAVY, "textual")),
        # What the screen's and the sync's process load of the translator: never its engine.
        ("csdesk.translation.client", (*ENGINE, "numpy", "httpx", "textual")),
        ("csdesk.services.translations", (*ENGINE, "textual")),
        ("csdesk.services.sync", (*ENGINE, "textual")),
        # Before the desk is open: the first rows, and whether mail flows.
        ("csdesk.db.rows", ("sqlmodel", "sqlalchemy", "sqlcipher3", "textual", "csdesk.db.tables")),
        ("csdesk.services.standing", ("csdesk.services.sync", "csdesk.mail.parse", "csdesk.channels.imap")),
        ("csdesk.translation.worker", (*ENGINE, "textual", "sqlmodel", "csdesk.store")),
        ("csdesk.bootstrap", ("sqlmodel", "sqlalchemy", "textual", "jinja2", "babel", "py3langid")),
    ],
)
def test_a_start_imports_only_what_it_needs(module: str, unwanted: tuple[str, ...]) -> None:
    """Lost otherwise: the first frame before the store is open, and a quick command."""
    assert find_spec(module) is not None
    assert loaded_by(module).isdisjoint(unwanted)


@pytest.mark.parametrize("layer", ["csdesk.mail", "csdesk.channels", "csdesk.orders", "csdesk.domain.ports"])
def test_a_channel_knows_no_store_and_no_screen(layer: str) -> None:
    """Lost otherwise: a channel that can be written and tested alone."""
    assert loaded_by(layer).isdisjoint({"textual", "sqlmodel", "sqlalchemy", "csdesk.store", "csdesk.db"})


def test_the_translators_process_loads_no_splitter_that_fetches_models() -> None:
    """Its own engine, and nothing that opens a connection by itself. Lost otherwise: work without a network."""
    script = (
        "import sys\nfrom csdesk.translation.worker import Worker\n"
        "Worker(1, 10**9).answer({'do': 'split', 'language': 'es', 'texts': ['Hola. Adiós.']})\n"
        "from argostranslate.tokenizer import SentencePieceTokenizer\nimport ctranslate2\n"
        "print('\\n'.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert set(done.stdout.split()).isdisjoint(
        {"minisbd", "onnxruntime", "torch", "stanza", "spacy", "requests"}
    )
