#!/usr/bin/env python
"""Learn the weights of awareness/search/crisis/example_weights.json from the examples beside it: train_crisis.py.

Multinomial logistic regression with an L2 penalty. The loss is convex, so the result does not depend on the order of the examples.
"""

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from awareness.search.crisis.likeness import CLASSES, FOLDER, WEIGHTS, features, read_examples
from awareness.search.query_parser import folded_words
from clicksafely.common.serbian.search_folding import fold

PENALTY: Final = 0.3
# Features of fewer examples are not learned, and rows of smaller weights are left out.
MIN_EXAMPLES: Final = 2
MIN_WEIGHT: Final = 0.05


def digest_of_examples() -> str:
    """Return a SHA-256 digest (hex) of the example files. The weights file names the digest that it was learned from."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(FOLDER.glob("*.txt")))).hexdigest()


def train() -> dict[str, Any]:
    """Return the content of the weights file."""
    examples = list(read_examples())
    found = [features(folded_words(fold(text))) for _name, text in examples]
    counts = Counter(name for names in found for name in names)
    feature_names = sorted(name for name, count in counts.items() if count >= MIN_EXAMPLES)
    number = {name: place for place, name in enumerate(feature_names)}
    rows = [sorted(number[name] for name in names if name in number) for names in found]
    ends = np.cumsum([0, *map(len, rows)])
    inputs = csr_matrix(
        (np.ones(ends[-1]), np.concatenate(rows).astype(int), ends), shape=(len(rows), len(feature_names))
    )
    targets = np.array([[name == each for each in CLASSES] for name, _text in examples], dtype=float)

    def loss(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(-1, len(CLASSES))
        scores = inputs @ weights[:-1] + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        errors = np.exp(logs) - targets
        slopes = np.vstack([inputs.T @ errors + PENALTY * weights[:-1], errors.sum(axis=0)])
        return -(targets * logs).sum() + PENALTY / 2 * (weights[:-1] ** 2).sum(), slopes.ravel()

    start = np.zeros((len(feature_names) + 1) * len(CLASSES))
    *weights, bias = minimize(loss, start, jac=True, method="L-BFGS-B").x.reshape(-1, len(CLASSES)).round(2).tolist()
    return {
        "digest": digest_of_examples(),
        "bias": bias,
        "weights": {
            name: row
            for name, row in zip(feature_names, weights, strict=True)
            if max(map(abs, row), default=0) > MIN_WEIGHT
        },
    }


if __name__ == "__main__":
    learned = train()
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in learned.pop("weights").items())
    head = json.dumps(learned)[:-1]
    WEIGHTS.write_text(f'{head}, "weights": {{\n{lines}\n}}}}\n')
    print(f"{WEIGHTS.name}: {lines.count(chr(10)) + 1} features")
