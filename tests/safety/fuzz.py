"""A coverage-guided fuzzer over parser, compiler and runtime: ``make fuzz``, or ``python tests/safety/fuzz.py RUNS``.

It begins with the conformance programs and L1's words, and keeps in ``build/fuzz`` what reached new code. A program
that breaks something is printed and kept there as ``broken-*.l1``; put it into ``found/`` with what mends it, and it
is tried in every run of the tests.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["l1kernel"]):
    from attack import FOUND, TOKENS, Broken, check, seeds

    import l1kernel.library  # noqa: F401

WORK = Path(__file__).parents[2] / "build" / "fuzz"
LONGEST = 600  # bytes of a program: short ones run fast and say more when they break


def one_input(data: bytes) -> None:
    """Run one program."""
    text = data.decode("utf-8", "replace")
    try:
        check(text, 0.1)
    except Broken as broken:
        file = WORK / f"broken-{hashlib.sha256(data).hexdigest()[:10]}.l1"
        file.write_text(text, encoding="utf-8")
        print(
            f"\n--- {broken}\n--- this program, to run again: l1 run {file}\n{text}\n---", file=sys.stderr, flush=True
        )
        raise


def prepare() -> Path:
    """The seeds and the dictionary as files; gives the folder of the corpus."""
    corpus = WORK / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for text in (*seeds(), *(file.read_text(encoding="utf-8") for file in FOUND.glob("*.l1"))):
        data = text.encode()[:LONGEST]
        (corpus / hashlib.sha256(data).hexdigest()[:20]).write_bytes(data)
    words = {token.encode() for token in TOKENS if token}
    lines = ['"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in sorted(words)]
    (WORK / "words.dict").write_text("\n".join(lines) + "\n")
    return corpus


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=-1, help="how many programs; all that time allows without")
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    given = parser.parse_args()
    options = [
        f"-atheris_runs={given.runs}", f"-max_total_time={given.seconds}", f"-seed={given.seed}", f"-max_len={LONGEST}",
        f"-dict={WORK / 'words.dict'}", "-rss_limit_mb=4096", "-timeout=0", f"-artifact_prefix={WORK}/",
        "-print_final_stats=1", "-close_fd_mask=1",
    ]  # fmt: skip
    corpus = prepare()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    atheris.Setup([sys.argv[0], *options, str(corpus)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
