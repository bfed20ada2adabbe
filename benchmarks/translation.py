"""Translation without a network: how fast beside the bare engine, what becomes of numbers, and what protecting them
costs in quality. With the two models of the sample shop; with more where a folder of packages is named in
CSDESK_BENCH_MODELS."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.real_size import real_size
from benchmarks.shop_sentences import NAME, plain, sentences
from benchmarks.table import Line, Result, Skipped
from csdesk.translation.client import Argos
from csdesk.translation.ladder import Answers
from csdesk.translation.models import Model, Models
from csdesk.translation.worker import NICE

GROUP = "translation"
DEMO = Path(__file__).parents[1] / "csdesk" / "demo" / "models"
BLEU_LOSS = 0.5
ROUNDS = 7


def measure(count: int) -> Iterator[Line]:
    """`count` sentences a pair."""
    with tempfile.TemporaryDirectory(prefix="csdesk-bench-") as scratch:
        models = Models(Path(scratch) / "models")
        folders = [Path(one) for one in (os.environ.get("CSDESK_BENCH_MODELS"), DEMO) if one]
        packages = {file.name: file for folder in folders for file in sorted(folder.glob("*.argosmodel"))}
        for file in packages.values():
            models.install(file)
        argos = Argos(models)
        try:
            yield from _rate(argos, Path(scratch), min(count, 320))
            yield from _conversation(argos)
            for model in models.installed():
                yield from _survival(argos, model, count)
                yield from _quality(argos, model, min(count, 400))
        finally:
            argos.close()


def _rate(argos: Argos, scratch: Path, count: int) -> Iterator[Line]:
    """The worker, pipes and all, beside CTranslate2 in this process on the same sentences; then all the desk does."""
    small = argos.models.find("es", "en")
    assert small is not None
    # Both at the worker's priority: on a busy machine all else would be a measure of who else is busy.
    os.setpriority(os.PRIO_PROCESS, 0, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    given = plain("es", count)
    turns = _take_turns(argos, lambda: _decode(argos, small, given), _bare(small, given))
    yield _beside("batches through the worker, small model", count, turns, 0.95)
    once = _bare(small, list(dict.fromkeys(given)))
    turns = _take_turns(argos, lambda: argos.translate(given, "es", "en"), once)
    yield _beside("split, translate, prove: small model, nothing to protect", count, turns)
    large = real_size(small, scratch / "large")
    some = given[: max(32, count // 5)]
    turns = _take_turns(argos, lambda: _decode(argos, large, some), _bare(large, some), rounds=3)
    yield _beside("batches through the worker, a model of real size", len(some), turns, 0.95)


class Turns(NamedTuple):
    """Seconds of wall time, the least of the rounds, and seconds of CPU in all of them: of the desk with its worker,
    and of the bare engine."""

    ours: float
    raw: float
    ours_cpu: float
    raw_cpu: float


def _beside(what: str, count: int, turns: Turns, budget: float | None = None) -> Result:
    note = f"{count / turns.ours:,.0f} sentences/s, CTranslate2 alone {count / turns.raw:,.0f}"
    if turns.ours_cpu:
        note += f"; by CPU {turns.raw_cpu / turns.ours_cpu:.2f} x"
    return Result(
        GROUP, f"{what}: speed beside CTranslate2", turns.raw / turns.ours, "x", budget, "least", note
    )


def _take_turns(
    argos: Argos, first: Callable[[], Any], second: Callable[[], Any], rounds: int = ROUNDS
) -> Turns:
    """Some rounds in which they take turns; a round before that warms both up."""
    walls: tuple[list[float], list[float]] = ([], [])
    cpu = [0.0, 0.0]
    for at in range(rounds + 1):
        for which, work in enumerate((first, second)):
            used, begun = _cpu(argos), time.perf_counter()
            work()
            if at:
                walls[which].append(time.perf_counter() - begun)
                cpu[which] += _cpu(argos) - used
    return Turns(min(walls[0]), min(walls[1]), *cpu)


def _cpu(argos: Argos) -> float:
    """Seconds of CPU that this process and the worker have used so far; the worker's where the system says them."""
    worker = 0.0
    with suppress(OSError):
        fields = Path(f"/proc/{argos.link.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        worker = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + worker


def _decode(argos: Argos, model: Model, given: Sequence[str]) -> Sequence[Answers]:
    return argos.decoder(model)(given, beam=2, hypotheses=1)


def _bare(model: Model, given: Sequence[str]) -> Callable[[], list[str]]:
    """The engine without the desk: tokens in, tokens out, in batches of 32 that it sorts itself."""
    import ctranslate2
    from argostranslate.tokenizer import SentencePieceTokenizer

    tokenizer: Any = SentencePieceTokenizer(model.path / "sentencepiece.model")
    translator = ctranslate2.Translator(str(model.path / "model"), inter_threads=1, intra_threads=1)

    def work() -> list[str]:
        tokens = [tokenizer.encode(one) for one in given]
        longest = min(512, 2 * max(map(len, tokens)) + 24)
        found = translator.translate_batch(
            tokens,
            beam_size=2,
            max_batch_size=32,
            length_penalty=0.2,
            max_decoding_length=longest,
            replace_unknowns=True,
        )
        return [tokenizer.decode(one.hypotheses[0]).strip() for one in found]

    return work


def _conversation(argos: Argos) -> Iterator[Line]:
    """Twenty messages of five sentences, as argostranslate's own translate() does them, and as the desk does."""
    texts = [" ".join(plain("es", 5, seed)) for seed in range(20)]
    argos.translate(["Hola."], "es", "en")
    begun = time.perf_counter()
    argos.translate(texts, "es", "en")
    ours = time.perf_counter() - begun
    theirs = _argostranslate(argos.models.folder, texts)
    if theirs is None:
        yield Skipped(GROUP, "a conversation of 20 messages beside argostranslate", "it could not be run")
        return
    yield Result(
        GROUP, "a conversation of 20 messages: speed beside argostranslate.translate", theirs / ours, "x", 2.0, "least",
        f"{ours * 1000:.0f} ms, argostranslate {theirs * 1000:.0f} ms, both warm",
    )  # fmt: skip


def _argostranslate(folder: Path, texts: Sequence[str]) -> float | None:
    """Seconds for the texts. Its own splitter would fetch a model: it is given ours."""
    script = (
        "import sys, time, json, sentencex\n"
        "from argostranslate import translate\n"
        "class Splitter:\n"
        "    def split_sentences(self, text):\n"
        "        return [s for s in sentencex.segment('es', text) if s.strip()]\n"
        "made = translate.get_translation_from_codes('es', 'en')\n"
        "made.underlying.sentencizer = Splitter()\n"
        "made.translate('Hola.')\n"
        "texts = json.load(sys.stdin)\n"
        "begun = time.perf_counter()\n"
        "for text in texts: made.translate(text)\n"
        "print(time.perf_counter() - begun)\n"
    )
    import json

    environment = {
        **os.environ,
        "ARGOS_PACKAGES_DIR": str(folder),
        "ARGOS_INTRA_THREADS": "1",
        "HOME": str(folder.parent),
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(texts),
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    return float(done.stdout.split()[-1]) if done.returncode == 0 and done.stdout.strip() else None


def _survival(argos: Argos, model: Model, count: int) -> Iterator[Line]:
    given = sentences(model.source, count)
    begun = time.perf_counter()
    made = argos.translate([text for text, _kept in given], model.source, model.target, keep=[NAME])
    seconds = time.perf_counter() - begun
    whole = sum(
        all(one.text.count(piece) >= 1 for piece in kept)
        for (_text, kept), one in zip(given, made, strict=True)
    )
    ways = Counter(max(sentence.ways for sentence in one.sentences) for one in made)
    told = ", ".join(f"{ways[way]} by way {way}" for way in sorted(ways))
    flagged = sum(bool(one.doubtful) for one in made)
    yield Result(
        GROUP, f"{model.pair}: sentences with every piece in place, of {count:,}", 100 * whole / count, "%", 100,
        "least",
        f"{told}; {flagged} flagged; {count / seconds:,.0f} sentences/s",
    )  # fmt: skip
    yield Result(
        GROUP, f"{model.pair}: sentences that needed a second way", 100 * (count - ways[1]) / count, "%"
    )


def _quality(argos: Argos, model: Model, count: int) -> Iterator[Line]:
    """BLEU and chrF of the desk's translation and the bare model's on the same sentences."""
    try:
        import sacrebleu
    except ImportError:
        yield Skipped(
            GROUP, f"{model.pair}: BLEU and chrF", "sacrebleu is not installed (pip install -e '.[bench]')"
        )
        return
    sets = {
        "without numbers": (plain(model.source, count), plain(model.target, count)),
        "with numbers": (
            [text for text, _kept in sentences(model.source, count)],
            [text for text, _kept in sentences(model.target, count)],
        ),
    }  # fmt: skip
    for name, (given, wanted) in sets.items():
        ours = [one.text for one in argos.translate(given, model.source, model.target, keep=[NAME])]
        bare = _bare(model, given)()
        score = [
            (sacrebleu.corpus_bleu(one, [wanted]).score, sacrebleu.corpus_chrf(one, [wanted]).score)
            for one in (ours, bare)
        ]
        yield Result(
            GROUP, f"{model.pair}, {name}: BLEU beside the bare model's", score[0][0] - score[1][0], "", -BLEU_LOSS,
            "least",
            f"BLEU {score[0][0]:.1f} and {score[1][0]:.1f}, chrF {score[0][1]:.1f} and {score[1][1]:.1f}",
        )  # fmt: skip
