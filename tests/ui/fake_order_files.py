"""Files of orders for the desk in memory: read by the real reader, taken in by nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from csdesk.domain.orderfiles import Checked, Look, Watch

if TYPE_CHECKING:
    from csdesk.services.order_files import ImportReport, OrderFiles
    from tests.ui.fakes import FakeDesk


class FakeOrderFiles:
    """`remembered` is what was said of columns before; `gate` holds an import up while it is closed."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.remembered: dict[str, str] = {}
        self.gate = threading.Event()
        self.gate.set()

    @cached_property
    def real(self) -> OrderFiles:
        """Loaded when a file is read: it brings the store's packages, which a screen in a terminal does not need."""
        from csdesk.services.order_files import OrderFiles

        context: Any = SimpleNamespace(store=self)
        return OrderFiles(context)

    @contextmanager
    def read(self) -> Iterator[Any]:
        yield SimpleNamespace(shops=SimpleNamespace(columns=lambda _header: self.remembered))

    def look(self, path: str, names: Mapping[str, str] | None = None, kind: str = "auto") -> Look:
        self.desk.note_call("look_file", path)
        return self.real.look(path, names, kind)

    def check_beside(self, path: str, kind: str, names: Mapping[str, str], watch: Watch) -> Checked:
        return self.real.check(path, kind, names, watch)

    def take_beside(self, path: str, kind: str, names: Mapping[str, str], watch: Watch) -> ImportReport:
        self.desk.note_call("take_file", (Path(path).name, kind, dict(names)))
        watch(50, 200)
        self.gate.wait(10)
        watch(200, 200)
        from csdesk.services.order_files import ImportReport

        found = self.real.check(path, kind, names)
        self.remembered = dict(names)
        return ImportReport(kind, found.good, 0, 0, list(found.reasons))
