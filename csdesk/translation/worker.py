"""The process that translates: holds models, decodes batches, knows where sentences end. The libraries for that are
imported here alone. `python -m csdesk.translation.worker THREADS MEGABYTES` reads messages (frames.py) until its input
ends, which is when its parent does; it opens no connection and writes no file.
"""

from __future__ import annotations

import os
import queue
import resource
import socket
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from csdesk.translation import frames

MOST_MODELS = 4
"""A pair both ways, each over a pivot."""
BESIDE = 4 * 1024**3
"""Address space beside the limit: libraries and threads reserve far more than they use."""
LONGEST = 512
"""Pieces of a word that one output may have."""
AT_ONCE = 24
"""Sentences that are decoded side by side: more of them leave the processor's caches, measured with small models."""
NICE = 5
"""Priority as nice(1) counts it: the screen goes first."""
_TOKENS = 1024
_END = "</s>"


class Loaded:
    """A model and its tokenizer."""

    def __init__(self, request: dict[str, Any], threads: int) -> None:
        import ctranslate2

        folder = Path(request["model"])
        self.prefix = str(request.get("prefix", ""))
        self.tokenizer = self._tokenizer(folder, request["source"], request["target"])
        self.translator = ctranslate2.Translator(
            str(folder / "model"), device="cpu", inter_threads=1, intra_threads=threads
        )

    def _tokenizer(self, folder: Path, source: str, target: str) -> Any:
        from argostranslate.tokenizer import BPETokenizer, SentencePieceTokenizer

        pieces = folder / "sentencepiece.model"
        self.by_pieces = pieces.is_file()
        if self.by_pieces:
            return SentencePieceTokenizer(pieces)
        return BPETokenizer(folder / "bpe.model", source, target)

    def forms(self) -> list[str]:
        """In which form this model copies placeholders best: ⟦1⟧ where it was taught them, else numbers."""
        if not self.by_pieces:
            return ["numbers", "brackets"]
        pieces = [piece.strip("▁") for piece in self.tokenizer.encode("⟦1⟧")]
        known = [piece for piece in pieces if piece] == ["⟦1⟧"]
        return ["brackets", "numbers"] if known else ["numbers", "brackets"]

    def decode(self, request: dict[str, Any]) -> dict[str, Any]:
        """Each sentence as hypotheses, the likeliest first, and whether each was stopped before its end."""
        tokens = [self.tokenizer.encode(sentence) for sentence in request["sentences"]]
        longest = min(LONGEST, 2 * max(map(len, tokens), default=0) + 24)
        more: dict[str, Any] = (
            {"repetition_penalty": 1.2, "no_repeat_ngram_size": 4} if request.get("firm") else {}
        )
        found = self.translator.translate_batch(
            tokens,
            target_prefix=[[self.prefix]] * len(tokens) if self.prefix else None,
            replace_unknowns=True,
            beam_size=int(request["beam"]),
            num_hypotheses=int(request["hypotheses"]),
            length_penalty=0.2,
            max_decoding_length=longest,
            max_batch_size=AT_ONCE,
            max_input_length=_TOKENS,
            return_end_token=True,
            **more,
        )
        texts, cut = [], []
        for given, one in zip(tokens, found, strict=True):
            texts.append([self._text(hypothesis) for hypothesis in one.hypotheses])
            cut.append([hypothesis[-1:] != [_END] or len(given) > _TOKENS for hypothesis in one.hypotheses])
        return {"texts": texts, "cut": cut}

    def _text(self, tokens: Sequence[str]) -> str:
        tokens = [token for token in tokens if token != _END]
        if self.prefix and tokens[:1] == [self.prefix]:
            tokens = tokens[1:]
        return str(self.tokenizer.decode(tokens)).strip() if tokens else ""


class Worker:
    """Answers requests, one after the other. `limit` is how many bytes may be in memory before models are let go."""

    def __init__(self, threads: int, limit: int) -> None:
        self.threads = threads
        self.limit = limit
        self.models: OrderedDict[str, Loaded] = OrderedDict()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """What a request is answered; failures as {"error": code}."""
        try:
            answer = self._answer(request)
        except ImportError:
            answer = {"error": "no_engine"}
        except MemoryError:
            self.models.clear()
            answer = {"error": "memory"}
        except (OSError, ValueError, RuntimeError) as error:
            self.models.pop(str(request.get("model")), None)
            short = "alloc" in str(error) or "memory" in str(error)
            answer = {"error": "memory" if short else "damaged_model", "reason": str(error)[:200]}
        if in_memory() > self.limit:
            self.models.clear()
        return answer

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["do"] == "split":
            import sentencex

            return {
                "lengths": [
                    [len(part) for part in sentencex.segment(request["language"], text)]
                    for text in request["texts"]
                ]
            }
        model = self._model(request)
        return {"forms": model.forms()} if request["do"] == "forms" else model.decode(request)

    def _model(self, request: dict[str, Any]) -> Loaded:
        key = str(request["model"])
        if key not in self.models:
            while len(self.models) >= MOST_MODELS:
                self.models.popitem(last=False)
            self.models[key] = Loaded(request, self.threads)
        self.models.move_to_end(key)
        return self.models[key]


def in_memory() -> int:
    """Bytes of this process that are in memory; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


class NoSocket(socket.socket):
    """In the place of socket.socket: nothing here may ever open a connection."""

    def __init__(self, *_args: Any, **_more: Any) -> None:
        raise OSError("the translator opens no connection")


def main(words: Sequence[str]) -> None:
    """Answer until the input ends. Output goes to where standard output led at first; what libraries print, nowhere."""
    threads, limit = int(words[0]), int(words[1]) * 1_000_000
    socket.socket = NoSocket  # type: ignore[misc]
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (limit + BESIDE, limit + BESIDE))
    with suppress(OSError):
        lower = max(NICE, os.getpriority(os.PRIO_PROCESS, 0))
        os.setpriority(os.PRIO_PROCESS, 0, lower)
    out = os.dup(1)
    os.dup2(2, 1)
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def listen() -> None:
        try:
            while True:
                waiting.put(frames.read(0))
        except frames.Closed:
            os._exit(0)  # in the middle of a batch, too: nobody is left who wants it

    threading.Thread(target=listen, daemon=True).start()
    worker = Worker(threads, limit)
    while True:
        request = waiting.get()
        frames.write(out, {"id": request["id"], **worker.answer(request)})


if __name__ == "__main__":
    main(sys.argv[1:])
