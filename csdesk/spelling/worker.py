"""The process that holds dictionaries: a line of JSON in, a line of JSON out, until its input ends. A dictionary takes
a second and twenty megabytes to load, and a suggestion may take seconds: neither belongs into the screen's process."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MOST_SUGGESTED = 7


def answer(request: dict[str, Any], loaded: dict[str, Any]) -> dict[str, Any]:
    """What a request is answered: the words of 'check' that are wrong, or what is suggested for the word 'suggest'."""
    dictionary = _dictionary(str(request["dictionary"]), loaded)
    if "check" in request:
        return {"wrong": [word for word in request["check"] if not _right(dictionary, word)]}
    return {"suggested": list(dictionary.suggest(request["suggest"]))[:MOST_SUGGESTED]}


def _right(dictionary: Any, word: str) -> bool:
    return bool(dictionary.spell(word) or ("’" in word and dictionary.spell(word.replace("’", "'"))))


def _dictionary(path: str, loaded: dict[str, Any]) -> Any:
    if path not in loaded:
        from hunspell import Hunspell

        loaded.clear()  # one at a time: customers change their language seldom
        place = Path(path)
        loaded[path] = Hunspell(place.name, hunspell_data_dir=str(place.parent))
    return loaded[path]


def main() -> None:
    """Answer until there is nothing more to read."""
    loaded: dict[str, Any] = {}
    for line in sys.stdin:
        try:
            found = answer(json.loads(line), loaded)
        except ImportError:
            found = {"error": "no_engine"}
        except Exception as error:  # a broken dictionary must not take the next question with it
            found = {"error": type(error).__name__}
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
