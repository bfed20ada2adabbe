"""A model as large as those that people use (6 and 6 layers, 512 wide, 32,000 pieces, 8 bits), with random weights:
what it says means nothing, how long it takes does."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from csdesk.translation.models import Model

LAYERS, HEADS, WIDE, PIECES = 6, 8, 512, 32_000


def real_size(like: Model, folder: Path) -> Model:
    """Such a model in a folder, with the tokenizer of a small one."""
    import json

    import ctranslate2
    import numpy as np

    chance = np.random.default_rng(1)
    spec = ctranslate2.specs.TransformerSpec.from_config((LAYERS, LAYERS), HEADS)
    known = json.loads((like.path / "model" / "shared_vocabulary.json").read_text("utf-8"))
    names = [*known, *(f"piece{number}" for number in range(PIECES - len(known)))]

    def weights(*shape: int) -> Any:
        return chance.normal(0, 0.02, shape).astype(np.float32)

    for stack in (spec.encoder, spec.decoder):
        embedding = stack.embeddings[0] if isinstance(stack.embeddings, list) else stack.embeddings
        embedding.weight = weights(PIECES, WIDE)
        stack.position_encodings.encodings = weights(1024, WIDE)
        stack.scale_embeddings = True
        _norm(stack.layer_norm, np)
        for layer in stack.layer:
            _attention(layer.self_attention, weights, np, fused=3)
            if hasattr(layer, "attention"):
                _attention(layer.attention, weights, np, fused=2)
            _norm(layer.ffn.layer_norm, np)
            _linear(layer.ffn.linear_0, weights, np, 4 * WIDE, WIDE)
            _linear(layer.ffn.linear_1, weights, np, WIDE, 4 * WIDE)
    _linear(spec.decoder.projection, weights, np, PIECES, WIDE)
    spec.register_source_vocabulary(names)
    spec.register_target_vocabulary(names)
    spec.validate()
    spec.optimize(quantization="int8")
    (folder / "model").mkdir(parents=True)
    spec.save(str(folder / "model"))
    shutil.copy(like.path / "sentencepiece.model", folder)
    return Model(like.source, like.target, "random", folder, 0)


def _attention(spec: Any, weights: Any, np: Any, *, fused: int) -> None:
    _norm(spec.layer_norm, np)
    if fused == 3:
        shapes = [3 * WIDE, WIDE]
    else:
        shapes = [WIDE, 2 * WIDE, WIDE]
    for linear, out in zip(spec.linear, shapes, strict=True):
        _linear(linear, weights, np, out, WIDE)


def _linear(spec: Any, weights: Any, np: Any, out: int, wide: int) -> None:
    spec.weight = weights(out, wide)
    spec.bias = np.zeros(out, dtype=np.float32)


def _norm(spec: Any, np: Any) -> None:
    spec.gamma = np.ones(WIDE, dtype=np.float32)
    spec.beta = np.zeros(WIDE, dtype=np.float32)
