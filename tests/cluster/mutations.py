"""Bad input made from good input, the same at each run."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from l1kernel.errors import L1Error


def mutations(text: str, count: int, seed: int) -> list[str]:
    """Seeded random edits of a text: characters dropped, doubled, swapped or replaced by troublesome ones."""
    chance = random.Random(seed)
    odd = ":-0.9eE+ _\t\n'\"[]{}äØ٣\x00/"
    made = []
    for _ in range(count):
        characters = list(text)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(characters)) if characters else 0
            match chance.randrange(4):
                case 0:
                    del characters[at : at + chance.randint(1, 4)]
                case 1:
                    characters[at:at] = characters[at : at + chance.randint(1, 4)]
                case 2:
                    characters[at : at + 1] = chance.choice(odd)
                case _:
                    chance.shuffle(characters[at : at + 5])
                    characters.insert(at, chance.choice(odd))
        made.append("".join(characters))
    return made


def outcome(parse: Callable[[str], Any], text: str) -> tuple[Any, L1Error | None]:
    """What the text means, or the L1 error that refuses it; any other exception is a fault of the parser."""
    try:
        return parse(text), None
    except L1Error as error:
        return None, error
