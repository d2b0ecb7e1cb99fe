"""``l1``: run, check and convert L1 programs from a terminal."""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from l1kernel.runtime.output import CLOSED_PIPE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from l1kernel.errors import L1Error
    from l1kernel.fix import Mended

SHOWN_ERRORS = 20  # of one file, by `l1 check`


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the process's exit status."""
    _open_streams()
    given = _parser().parse_args(arguments)
    if getattr(given, "debug", False):
        os.environ["L1_DEBUG"] = "1"
    try:
        status: int = given.command(given)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # nobody reads any more: `l1 check *.l1 | head`
        _forsake(sys.stdout, sys.stderr)
        return CLOSED_PIPE
    except OSError as error:
        print(f"l1: the output cannot be written: {error.strerror}", file=sys.stderr)
        _forsake(sys.stdout)
        return 1
    except KeyboardInterrupt:
        return 130


def run(given: argparse.Namespace) -> int:
    """``l1 run FILE``: 0, or 1 with the error on stderr, or what ``exit(n)`` asked for."""
    import l1kernel.library  # noqa: F401  registers the built-ins
    from l1kernel.runtime.limits import cap_memory
    from l1kernel.runtime.output import StreamOutput
    from l1kernel.runtime.session import Session

    text = _read(given.file)
    if text is None:
        return 1
    path = None if given.file == "-" else Path(given.file).resolve()
    cap_memory()
    session = Session(StreamOutput(), folder=path.parent if path else None, read_line=_ask)
    try:
        outcome = session.run(
            text, name=str(path) if path else "<stdin>", title=path.name if path else "standard input"
        )
    finally:
        session.close()
    if outcome.error is not None:
        sys.stdout.flush()
        _show(outcome.error)
        if outcome.traceback:
            print(outcome.traceback, end="", file=sys.stderr)
        return 130 if outcome.error.type == "Interrupted" else 1
    return (outcome.exit_status or 0) & 0xFF


def check(given: argparse.Namespace) -> int:
    """``l1 check FILE...``: a line ``file:line:column: message`` for each error; 1 if there is one."""
    from l1kernel.language.check import check as check_source
    from l1kernel.language.recovery import MAX_ERRORS
    from l1kernel.language.source import place, read_source

    failed = False
    for file in given.files:
        text = _read(file)
        if text is None:
            failed = True
            continue
        name = "<stdin>" if file == "-" else file
        errors, warnings = check_source(read_source(text, name, name))[1:]
        for error in errors[:SHOWN_ERRORS]:
            line, column = place(error)
            print(f"{name}:{line}:{column}: {error.type}: {error.message}" + (f" ({error.hint})" if error.hint else ""))
        if len(errors) > SHOWN_ERRORS:
            over = "over " if len(errors) >= MAX_ERRORS else ""
            print(f"{name}: {over}{len(errors) - SHOWN_ERRORS} more errors")
        for warning in warnings:
            at = warning.span
            print(f"{name}:{at.line}:{at.column}: warning: {warning.message}", file=sys.stderr)
        failed = failed or bool(errors)
    return int(failed)


def fix(given: argparse.Namespace) -> int:
    """``l1 fix FILE``: the mended program; 1 if an error is left, which stderr then shows."""
    from l1kernel.fix import fix_source
    from l1kernel.rewrite import NO_FILE, difference, in_the_manner_of, plain_text, replace_file
    from l1kernel.trial import Trial

    if given.write and given.file == "-":
        print("l1: --write needs a file, not standard input", file=sys.stderr)
        return 2
    there = Path(given.file)
    if given.write and there.exists() and not (there.is_file() or there.is_dir()):  # reading a pipe would wait
        print(f"{given.file}: cannot be written: {NO_FILE}", file=sys.stderr)
        return 1
    raw = _read_raw(given.file)
    if raw is None:
        return 1
    name, path = ("standard input", Path()) if given.file == "-" else (given.file, Path(given.file).resolve())
    title = path.name or name
    with Trial(title, path.parent if path.name else Path.cwd()) as trial:
        mended = fix_source(plain_text(raw), title=title, run=trial if given.run else None)
    result = in_the_manner_of(raw, mended.text) if mended.parses and mended.repairs else raw
    for repair in mended.repairs:
        place, hint = repair.error.location, repair.error.hint
        where = f"{name}:{place.line}:{place.column}" if place else name
        print(f"{where}: {repair.error.type}: {repair.error.message}" + (f" ({hint})" if hint else ""), file=sys.stderr)
    if given.diff:
        _put(difference(raw, result, name.lstrip("/")))
    elif mended.parses and not given.write:
        _put(result)
    status = int(mended.error is not None)
    if given.write and result != raw:
        try:
            replace_file(path, result)
        except OSError as error:
            print(f"{name}: cannot be written: {error.strerror}", file=sys.stderr)
            return 1
    print(_summary(name, mended, written=given.write), file=sys.stderr)
    if mended.error is not None:
        sys.stdout.flush()
        _show(mended.error)
    return status


def _summary(name: str, mended: Mended, *, written: bool) -> str:
    """What became of the program, in a line."""
    count = len(mended.repairs)
    mistakes = f"{count} mistake{'s' * (count != 1)}"
    if not mended.parses:
        text = "left as it is; this is to be mended by hand" + (f", then {mistakes} more by l1 fix" if count else "")
    elif count:
        text = f"{mistakes} mended" + (" in the file" if written else "")
    else:
        text = "nothing mended" if mended.error else "no mistake found"
    return f"{name}: {text}" + (f", but {mended.note}" if mended.note else "")


def repl(given: argparse.Namespace) -> int:
    """``l1 repl``: L1 line by line."""
    from l1kernel.repl import interact

    return interact()


def notebook(given: argparse.Namespace) -> int:
    """``l1 notebook FILE.md``: writes FILE.ipynb; with ``--execute``, 1 if a cell fails (the notebook shows it)."""
    import nbformat

    from l1kernel.notebook import NoCode, execute, from_markdown

    source = Path(given.file)
    text = _read(given.file)
    if text is None:
        return 1
    target = Path(given.output) if given.output else source.with_suffix(".ipynb")
    try:
        made = from_markdown(text)
    except NoCode as error:
        print(f"{given.file}: {error}", file=sys.stderr)
        return 1
    failure = execute(made, source.resolve().parent) if given.execute else None
    try:
        target.write_text(nbformat.writes(made) + "\n", encoding="utf-8")
    except OSError as error:
        print(f"{target}: cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    if failure is not None:
        from nbconvert.filters import strip_ansi

        print(failure if sys.stderr.isatty() else strip_ansi(failure), file=sys.stderr)
        return 1
    return 0


def install(given: argparse.Namespace) -> int:
    """``l1 install``: registers the kernel where ``pip install`` could not."""
    from l1kernel.kernel.install import install as install_spec

    print(f"The L1 kernel is registered in {install_spec(user=given.user, prefix=given.prefix)}")
    return 0


def doctor(given: argparse.Namespace) -> int:
    """``l1 doctor``: what works on this machine, tried for real; 1 if something does not."""
    from l1kernel.doctor import examine

    failed = False
    for name, finding in examine():
        failed = failed or not finding.good
        print(f"{'ok  ' if finding.good else 'FAIL'} {name}: {finding.text}", flush=True)
    return int(failed)


def _parser() -> argparse.ArgumentParser:
    from l1kernel import __version__

    parser = argparse.ArgumentParser(prog="l1", description="The L1 language: run, check and convert programs.")
    parser.add_argument("--version", action="version", version=f"l1kernel {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    debug = "show Python's traceback below an error, for work on L1 itself; so does L1_DEBUG=1"

    command = commands.add_parser(
        "run",
        help="run a program",
        description="Run a program. Its errors and warnings go to standard error.",
        epilog="The exit status is 0, 1 after an error, n after exit(n), 130 after Ctrl-C.",
    )
    command.add_argument("file", metavar="FILE", help="an .l1 file, or - for standard input")
    command.add_argument("--debug", action="store_true", help=debug)
    command.set_defaults(command=run)

    command = commands.add_parser(
        "check",
        help="say what is wrong with programs, without running them",
        description="List the mistakes of programs, as FILE:LINE:COLUMN: MESSAGE, and run nothing.",
        epilog="The exit status is 1 if there is a mistake.",
    )
    command.add_argument("files", nargs="+", metavar="FILE", help="an .l1 file, or - for standard input")
    command.set_defaults(command=check)

    command = commands.add_parser(
        "fix",
        help="mend a program as the hints of its errors say",
        description="Do what the hints of a program's errors say, one after the other, and print the mended program. "
        "Standard error says what was done. A program that cannot be mended so far that it is L1 is left as it is.",
        epilog="The exit status is 0 if no error is left that is known of, 1 if there is one: it is then shown.",
    )
    command.add_argument("file", metavar="FILE", help="an .l1 file, or - for standard input")
    command.add_argument("--run", action="store_true", help="run it, too, output discarded, and mend what fails then")
    command.add_argument("--diff", action="store_true", help="print what changes, as a unified diff")
    command.add_argument("--write", action="store_true", help="change the file in place of printing the program")
    command.set_defaults(command=fix)

    command = commands.add_parser(
        "repl",
        help="run L1 line by line",
        description="Run L1 line by line, or lines from a pipe. Tab completes, the arrow keys bring back earlier "
        "lines, Ctrl-C stops, Ctrl-D leaves.",
    )
    command.add_argument("--debug", action="store_true", help=debug)
    command.set_defaults(command=repl)

    command = commands.add_parser(
        "notebook",
        help="make a notebook of a tutorial in Markdown",
        description="Make a notebook of a tutorial in Markdown: its code blocks marked l1 become cells.",
        epilog="The exit status is 1 if a cell fails; the notebook shows the error.",
    )
    command.add_argument("file", metavar="FILE.md", help="the tutorial")
    command.add_argument("-o", "--output", metavar="FILE.ipynb", help="default: FILE.ipynb beside FILE.md")
    command.add_argument("--execute", action="store_true", help="run the cells and keep their output")
    command.set_defaults(command=notebook)

    command = commands.add_parser("install", help="register the kernel with Jupyter")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--user", action="store_true", help="for this user, instead of this Python environment")
    where.add_argument("--prefix", help="under this folder")
    command.set_defaults(command=install)

    command = commands.add_parser(
        "doctor",
        help="try what the kernel needs on this machine",
        description="Try what the kernel needs on this machine, and say what to mend.",
        epilog="The exit status is 1 if something does not work.",
    )
    command.set_defaults(command=doctor)
    return parser


def _open_streams() -> None:
    """Give a program the standard streams that it was started without, and let no character fail in them."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # `l1 run x.l1 >&-`
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _forsake(*streams: TextIO) -> None:
    """Let what is still to be written to streams without a reader go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _read(name: str) -> str | None:
    """The text of a file without byte order mark, or None after saying on stderr why not."""
    raw = _read_raw(name)
    return None if raw is None else raw.removeprefix("\ufeff")


def _read_raw(name: str) -> str | None:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8")
    except OSError as error:
        print(f"{name}: cannot be read: {error.strerror}", file=sys.stderr)
    except UnicodeDecodeError as error:
        print(f"{name}: is not UTF-8 text (byte {error.start}); save it as UTF-8", file=sys.stderr)
    return None


def _put(text: str) -> None:
    """Text on standard output, with the line ends that it has."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))


def _ask(prompt: str) -> str:
    """One line from standard input; EOFError where it has ended."""
    return input(prompt)


def _show(error: L1Error) -> None:
    from l1kernel.diagnostics import render

    print(render(error, colour=sys.stderr.isatty()), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
