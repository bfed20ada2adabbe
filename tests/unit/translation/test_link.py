"""The worker may be slow, dead or missing: the desk goes on. Lost otherwise: the desk, to a model."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from csdesk.domain.ports import TranslationError
from csdesk.translation import link as links
from csdesk.translation.link import Link

SCRIPT = """
import os, sys, time
from csdesk.translation import frames
while True:
    try:
        request = frames.read(0)
    except frames.Closed:
        sys.exit()
    {body}
    frames.write(1, {{"id": request["id"], "pid": os.getpid(), "echo": request.get("say"), **({more})}})
"""


def scripted(body: str = "pass", more: str = "{}", **options: float) -> Link:
    """A link to a worker that does what is written here."""
    made = Link(**options)  # type: ignore[arg-type]
    made.command = (sys.executable, "-c", SCRIPT.format(body=body, more=more))
    return made


@pytest.fixture
def opened() -> Iterator[list[Link]]:
    """Links that are closed afterwards."""
    made: list[Link] = []
    yield made
    for one in made:
        one.close()


def failure(link: Link, **request: object) -> TranslationError:
    with pytest.raises(TranslationError) as raised:
        link.ask(dict(request))
    return raised.value


def test_it_starts_when_asked_and_ends_when_closed(opened: list[Link]) -> None:
    """Lost otherwise: 60 MB for somebody who translates nothing; a process that stays."""
    link = scripted()
    opened.append(link)
    assert link.pid is None
    assert link.ask({"say": "Grüße 😀"})["echo"] == "Grüße 😀"
    pid = link.pid
    assert pid is not None
    link.close()
    assert link.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert failure(link, say=1).code == "cancelled"


def test_a_killed_worker_is_started_again_and_the_answer_comes(opened: list[Link]) -> None:
    """Lost otherwise: a message that is never translated."""
    link = scripted()
    opened.append(link)
    for _ in range(3):
        link.ask({"say": 1})
        assert link.pid
        os.kill(link.pid, signal.SIGKILL)
        assert link.ask({"say": 2})["echo"] == 2
    assert link.started == 4


def test_what_kills_the_worker_twice_is_given_up_and_the_next_goes_through(opened: list[Link]) -> None:
    """Lost otherwise: every text behind the one that kills it."""
    link = scripted("os._exit(3) if request.get('say') == 'bad' else None")
    opened.append(link)
    assert failure(link, say="bad").code == "engine_dead"
    assert link.started == 2
    assert link.ask({"say": "good"})["echo"] == "good"


def test_a_worker_that_never_starts_is_not_started_all_the_time(
    opened: list[Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost otherwise: a processor, to a broken installation."""
    monkeypatch.setattr(links, "PAUSES", (0.0, 0.05, 0.1, 15.0))
    link = Link()
    link.command = (sys.executable, "-c", "raise SystemExit(1)")
    opened.append(link)
    codes = [failure(link, say=1) for _ in range(12)]
    assert {one.code for one in codes} == {"engine_dead"}
    assert link.started <= 4
    assert "15 s." in codes[-1].message


def test_a_worker_that_hangs_is_ended(opened: list[Link]) -> None:
    """Lost otherwise: everything behind a model that never stops."""
    link = scripted("time.sleep(60) if request.get('say') == 'slow' else None", patience=0.5)
    opened.append(link)
    begun = time.monotonic()
    assert failure(link, say="slow").code == "timeout"
    assert time.monotonic() - begun < 10
    link.patience = 30
    assert link.ask({"say": "quick"})["echo"] == "quick"


def test_a_worker_that_talks_nonsense_is_ended(opened: list[Link]) -> None:
    """Lost otherwise: an answer that belongs to another question."""
    for body in ("os.write(1, b'no frame at all, surely'); os._exit(0)", "request['id'] = -1"):
        link = scripted(body)
        opened.append(link)
        assert failure(link, say=1).code == "engine_dead"


def test_what_the_worker_says_is_wrong_becomes_a_sentence(opened: list[Link]) -> None:
    """Lost otherwise: what the person can do."""
    for error, code in (
        ("no_engine", "engine_dead"),
        ("damaged_model", "damaged_model"),
        ("memory", "engine_dead"),
    ):
        link = scripted(more=f"{{'error': {error!r}}}")
        opened.append(link)
        found = failure(link, say=1)
        assert found.code == code
        assert found.message.endswith(".")
        assert link.started == 1


def test_an_urgent_request_goes_before_those_that_wait(opened: list[Link]) -> None:
    """Lost otherwise: the message on the screen, behind a thousand old ones."""
    link = scripted("time.sleep(0.15)")
    opened.append(link)
    link.ask({"say": "warm"})
    done: list[str] = []

    def ask(name: str, urgent: bool) -> None:
        link.ask({"say": name}, urgent=urgent)
        done.append(name)

    threads = [threading.Thread(target=ask, args=(f"old{n}", False)) for n in range(5)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    threads.append(threading.Thread(target=ask, args=("now", True)))
    threads[-1].start()
    for thread in threads:
        thread.join()
    assert done.index("now") <= 1
    assert len(done) == 6


def test_what_nobody_wants_any_more_never_reaches_the_worker(opened: list[Link]) -> None:
    """Lost otherwise: time, for a conversation that was left long ago."""
    link = scripted("time.sleep(0.5)")
    opened.append(link)
    first = threading.Thread(target=link.ask, args=({"say": 1},))
    first.start()
    time.sleep(0.1)
    with pytest.raises(TranslationError) as raised:
        link.ask({"say": 2}, stop=lambda: True)
    assert raised.value.code == "cancelled"
    first.join()


def test_closing_ends_what_is_being_translated(opened: list[Link]) -> None:
    """Lost otherwise: a quick exit."""
    link = scripted("time.sleep(30)")
    opened.append(link)
    found: list[str] = []

    def ask() -> None:
        with suppress(TranslationError):
            link.ask({"say": 1})
        found.append("back")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    while link.pid is None:
        time.sleep(0.01)
    begun = time.monotonic()
    link.close()
    for thread in threads:
        thread.join(5)
    assert found == ["back"] * 3
    assert time.monotonic() - begun < 3


def test_the_worker_ends_with_its_parent(tmp_path: Path) -> None:
    """Lost otherwise: memory, to processes that nobody owns. The parent is killed, so that nothing can tidy up."""
    import subprocess

    script = (
        "from csdesk.translation.link import Link\nimport os, signal\n"
        "link = Link()\nlink.ask({'do': 'split', 'language': 'en', 'texts': ['Hello. You.']})\n"
        "print(link.pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    pid = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return
        except (ProcessLookupError, FileNotFoundError):
            return
        time.sleep(0.05)
    pytest.fail("the worker lives on")


def test_pauses_grow() -> None:
    """Lost otherwise: the rest of the machine, to a worker that dies at once."""
    assert list(links.PAUSES) == sorted(links.PAUSES)
