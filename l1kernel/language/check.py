"""Everything that is wrong with a program and can be said without running it."""

from __future__ import annotations

from l1kernel.errors import L1SyntaxError
from l1kernel.language.compile import compile_program
from l1kernel.language.parse import ParseResult, parse_all
from l1kernel.language.resolve import resolve
from l1kernel.language.source import Source


def check(source: Source) -> ParseResult:
    """As ``parse_all``, and where that finds no error, what the compiler does not take."""
    parsed = parse_all(source)
    if parsed.program is None or parsed.errors:
        return parsed
    try:
        compile_program(parsed.program, resolve(parsed.program, (), (), source=source), source)
    except L1SyntaxError as error:
        return parsed._replace(errors=[error])
    return parsed
