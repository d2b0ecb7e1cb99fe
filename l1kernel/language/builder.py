"""The actions of the parser: one for each rule of grammar/l1.lark, called as the rule is met.

An action is named like its rule, or like the name behind the rule's ``->``. It gets the values of the rule's parts and
where the rule's text starts and ends. No tree stands between parser and nodes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from l1kernel.errors import L1SyntaxError
from l1kernel.language import literals, nodes
from l1kernel.language.grammar import keywords
from l1kernel.language.newlines import Newlines
from l1kernel.language.source import Source

Children = list[Any]


def _words() -> Any:
    """The module that words the errors: most texts have none, and loading it takes as long as all the rest."""
    from l1kernel.language import syntax_errors

    return syntax_errors


class Builder:
    """The actions, for one source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.span = source.span
        self.newlines = Newlines()
        self.cautions: list[nodes.Caution] = []
        self._reserved = keywords()
        self.lone_try_end: int | None = None
        self._names_end: set[int] = set()

    def _error(self, message: str, hint: str | None, start: int, end: int) -> L1SyntaxError:
        return L1SyntaxError(message, hint=hint, location=self.source.location(self.span(start, end)))

    def _literal(self, read: Any, text: str, start: int) -> Any:
        try:
            return read(text)
        except literals.BadLiteral as bad:
            at = start + bad.offset
            raise _words().bad_literal(bad.message, bad.hint, self.source, at, at + bad.length) from None

    # --- programs and blocks ------------------------------------------------------------------------------------

    def program(self, parts: Children, start: int, end: int) -> nodes.Program:
        return nodes.Program(self.span(0, len(self.source.text)), parts[0])

    def block(self, parts: Children, start: int, end: int) -> nodes.Block:
        before: nodes.Statement | None = None
        for statement in parts:
            if before is not None and self.source.text[statement.span.start] in "+-":
                self._check_sign(before, statement)
            before = statement
        return tuple(parts)

    def _check_sign(self, before: nodes.Statement, statement: nodes.Statement) -> None:
        value = isinstance(before, nodes.ExpressionStatement | nodes.Assign | nodes.AugmentedAssign | nodes.Let)
        if value and statement.span.line > before.span.end_line:
            sign = self.source.text[statement.span.start]
            line = before.span.end_line
            message = (
                f"This line begins with '{sign}' and does not continue line {line}:"
                f" to continue it, put the '{sign}' at the end of line {line}"
            )
            self.cautions.append(nodes.Caution(statement.span, message))

    def hidden(self, parts: Children, start: int, end: int) -> nodes.Statement:
        statement: nodes.Statement = parts[0]
        if isinstance(statement, nodes.ExpressionStatement):
            return nodes.ExpressionStatement(statement.span, statement.value, hidden=True)
        return statement

    # --- simple statements --------------------------------------------------------------------------------------

    def expression_statement(self, parts: Children, start: int, end: int) -> nodes.ExpressionStatement:
        self._check_end(start)
        return nodes.ExpressionStatement(self.span(start, end), parts[0])

    def assign(self, parts: Children, start: int, end: int) -> nodes.Assign:
        self._check_end(start)
        *targets, value = parts
        target: nodes.Target
        if len(targets) == 1:
            target = self._target(targets[0])
        else:
            span = targets[0].span.to(targets[-1].span)
            target = nodes.Pattern(span, tuple(self._target(target) for target in targets))
        return nodes.Assign(self.span(start, end), target, value)

    def augmented(self, parts: Children, start: int, end: int) -> nodes.AugmentedAssign:
        self._check_end(start)
        target, operator, value = parts
        target = self._target(target)
        if isinstance(target, nodes.Pattern):
            raise self._error(f"'{operator}=' changes one variable at a time", None, target.span.start, target.span.end)
        return nodes.AugmentedAssign(self.span(start, end), target, operator, value)

    def augment(self, parts: Children, start: int, end: int) -> str:
        operator: str = parts[0]
        return operator[:-1]

    def _check_end(self, start: int) -> None:
        if start in self._names_end:
            raise _words().stray_end(self.newlines, self.source, start)

    def _target(self, target: nodes.Expression) -> nodes.Target:
        if isinstance(target, nodes.Name | nodes.Index | nodes.Attribute):
            return target
        if isinstance(target, nodes.ListLiteral) and target.items:
            return nodes.Pattern(target.span, tuple(self._target(item) for item in target.items))
        what = _words().describe(target)
        hint = "a value is stored in a variable, x[i] or x.name; to compare, write =="
        raise self._error(f"Cannot assign to {what}", hint, target.span.start, target.span.end)

    def declare(self, parts: Children, start: int, end: int) -> nodes.Let:
        return nodes.Let(self.span(start, end), parts[0], None)

    def let(self, parts: Children, start: int, end: int) -> nodes.Let:
        return nodes.Let(self.span(start, end), parts[0], parts[-1])

    def const(self, parts: Children, start: int, end: int) -> nodes.Let:
        return nodes.Let(self.span(start, end), parts[0], parts[-1], constant=True)

    def pattern(self, parts: Children, start: int, end: int) -> nodes.Pattern:
        return nodes.Pattern(self.span(start, end), tuple(parts))

    def name(self, parts: Children, start: int, end: int) -> nodes.Name:
        self._check_name(parts[0], start)
        return nodes.Name(self.span(start, end), parts[0])

    def _check_name(self, name: str, start: int) -> None:
        if name in self._reserved and name != "end":
            raise _words().reserved_name(name, self.source, start)

    def import_file(self, parts: Children, start: int, end: int) -> nodes.Import:
        return nodes.Import(self.span(start, end), self._literal(literals.string, parts[0], end - len(parts[0])), ())

    def import_names(self, parts: Children, start: int, end: int) -> nodes.Import:
        at = self.source.text.index(parts[0], start)
        return nodes.Import(self.span(start, end), self._literal(literals.string, parts[0], at), tuple(parts[1:]))

    def return_nothing(self, parts: Children, start: int, end: int) -> nodes.Return:
        return nodes.Return(self.span(start, end), None)

    def return_value(self, parts: Children, start: int, end: int) -> nodes.Return:
        return nodes.Return(self.span(start, end), parts[0])

    def break_loop(self, parts: Children, start: int, end: int) -> nodes.Break:
        return nodes.Break(self.span(start, end))

    def continue_loop(self, parts: Children, start: int, end: int) -> nodes.Continue:
        return nodes.Continue(self.span(start, end))

    def throw_again(self, parts: Children, start: int, end: int) -> nodes.Throw:
        return nodes.Throw(self.span(start, end), None)

    def throw(self, parts: Children, start: int, end: int) -> nodes.Throw:
        return nodes.Throw(self.span(start, end), parts[0])

    # --- compound statements ------------------------------------------------------------------------------------

    def inline_if(self, parts: Children, start: int, end: int) -> nodes.If:
        branches = tuple(
            nodes.Branch(test.span.to(body.span), test, (body,))
            for test, body in zip(parts[::2], parts[1::2], strict=False)
        )
        otherwise = parts[-1] if len(parts) % 2 else ()
        return nodes.If(self.span(start, end), branches, otherwise if isinstance(otherwise, tuple) else (otherwise,))

    def if_chain(self, parts: Children, start: int, end: int) -> nodes.If:
        otherwise: nodes.Block = parts.pop() if isinstance(parts[-1], tuple) else ()
        return nodes.If(self.span(start, end), tuple(parts), otherwise)

    def branch(self, parts: Children, start: int, end: int) -> nodes.Branch:
        return nodes.Branch(self.span(start, end), parts[0], parts[1])

    def for_in(self, parts: Children, start: int, end: int) -> nodes.For:
        *names, iterable, body = parts
        return nodes.For(self.span(start, end), tuple(names), iterable, body)

    def for_c(self, parts: Children, start: int, end: int) -> nodes.CFor:
        first, test, step, body = parts
        return nodes.CFor(self.span(start, end), first, test, step, body)

    def c_first(self, parts: Children, start: int, end: int) -> None:
        return None

    c_test = c_step = c_first

    def while_loop(self, parts: Children, start: int, end: int) -> nodes.While:
        return nodes.While(self.span(start, end), parts[0], parts[1])

    def loop(self, parts: Children, start: int, end: int) -> nodes.While:
        forever = nodes.Constant(self.span(start, start + len("loop")), True)
        return nodes.While(self.span(start, end), forever, parts[0])

    def try_chain(self, parts: Children, start: int, end: int) -> nodes.Try:
        body, *catches = parts
        finally_: nodes.Block | None = catches.pop() if catches and isinstance(catches[-1], tuple) else None
        if not catches and finally_ is None:
            self.lone_try_end = end
            raise _words().lone_try(self.source, start, end)
        return nodes.Try(self.span(start, end), body, tuple(catches), finally_ or ())

    def catch(self, parts: Children, start: int, end: int) -> nodes.Catch:
        (type_name, name), body = parts
        return nodes.Catch(self.span(start, end), type_name, name, body)

    def catch_head(self, parts: Children, start: int, end: int) -> tuple[str | None, nodes.Name | None]:
        if not parts:
            return None, None
        name: nodes.Name = parts[0]
        return (name.id, None) if name.id.endswith("Error") else (None, name)

    def catch_type(self, parts: Children, start: int, end: int) -> tuple[str, nodes.Name]:
        return parts[0].id, parts[1]

    def project(self, parts: Children, start: int, end: int) -> nodes.Project:
        at = self.source.text.index(parts[0], start)
        return nodes.Project(self.span(start, end), self._literal(literals.string, parts[0], at), tuple(parts[1:]))

    def entry(self, parts: Children, start: int, end: int) -> tuple[str, nodes.Expression]:
        return parts[0], parts[1]

    # --- functions ----------------------------------------------------------------------------------------------

    def definition(self, parts: Children, start: int, end: int) -> nodes.FunctionDefinition:
        function = self._function(parts[0].id, parts[1:], start, end)
        return nodes.FunctionDefinition(function.span, function)

    arrow_definition = definition

    def anonymous(self, parts: Children, start: int, end: int) -> nodes.Function:
        return self._function(None, parts, start, end)

    arrow_function = anonymous

    def arrow(self, parts: Children, start: int, end: int) -> nodes.Function:
        return self._function(None, [(parts[0],), parts[1]], start, end)

    def arrow_parameters(self, parts: Children, start: int, end: int) -> nodes.Function:
        parameters = [self._uncover(part) for part in parts[:-1]]
        return self._function(None, [self.parameters(parameters, start, end), parts[-1]], start, end)

    def _uncover(self, part: nodes.Parameter | nodes.Expression) -> nodes.Parameter:
        if isinstance(part, nodes.Parameter):
            return part
        if not isinstance(part, nodes.Name):
            what = _words().describe(part)
            raise self._error(
                f"Expected a parameter's name before '=>', found {what}", "like this: (a, b) => a + b", *part.span[4:]
            )
        return nodes.Parameter(part.span, part.id, None, None)

    def covered_default(self, parts: Children, start: int, end: int) -> nodes.Parameter:
        self._check_name(parts[0], start)
        return nodes.Parameter(self.span(start, end), parts[0], None, parts[1])

    def covered_typed(self, parts: Children, start: int, end: int) -> nodes.Parameter:
        self._check_name(parts[0], start)
        return nodes.Parameter(self.span(start, end), parts[0], parts[1], None)

    def covered_typed_default(self, parts: Children, start: int, end: int) -> nodes.Parameter:
        self._check_name(parts[0], start)
        return nodes.Parameter(self.span(start, end), parts[0], parts[1], parts[2])

    def _function(self, name: str | None, parts: Children, start: int, end: int) -> nodes.Function:
        """``parts``: the parameters, the type of the result if there is one, the body."""
        result = parts[1] if len(parts) == 3 else None
        return nodes.Function(self.span(start, end), name, parts[0], result, parts[-1])

    def arrow_expression(self, parts: Children, start: int, end: int) -> nodes.Block:
        return (nodes.Return(self.span(start, end), parts[0]),)

    def lambda_name(self, parts: Children, start: int, end: int) -> nodes.Parameter:
        self._check_name(parts[0], start)
        return nodes.Parameter(self.span(start, end), parts[0], None, None)

    def parameters(self, parts: Children, start: int, end: int) -> tuple[nodes.Parameter, ...]:
        seen: set[str] = set()
        for parameter in parts:
            if parameter.name in seen:
                at = parameter.span.start
                message = f"Two parameters are called '{parameter.name}'"
                raise self._error(message, "give one of them another name", at, at + len(parameter.name))
            seen.add(parameter.name)
        return tuple(parts)

    def parameter(self, parts: Children, start: int, end: int) -> nodes.Parameter:
        return nodes.Parameter(self.span(start, end), parts[0].id, None, None)

    def parameter_typed(self, parts: Children, start: int, end: int) -> nodes.Parameter:
        return nodes.Parameter(self.span(start, end), parts[0].id, parts[1], None)

    def parameter_default(self, parts: Children, start: int, end: int) -> nodes.Parameter:
        return nodes.Parameter(self.span(start, end), parts[0].id, None, parts[1])

    def parameter_typed_default(self, parts: Children, start: int, end: int) -> nodes.Parameter:
        return nodes.Parameter(self.span(start, end), parts[0].id, parts[1], parts[2])

    def result(self, parts: Children, start: int, end: int) -> str:
        text: str = parts[0]
        return text

    def type(self, parts: Children, start: int, end: int) -> str:
        return self.source.text[start:end]

    # --- expressions --------------------------------------------------------------------------------------------

    def ternary(self, parts: Children, start: int, end: int) -> nodes.Conditional:
        return nodes.Conditional(self.span(start, end), parts[0], parts[1], parts[2])

    def conditional(self, parts: Children, start: int, end: int) -> nodes.Conditional:
        return nodes.Conditional(self.span(start, end), parts[1], parts[0], parts[2])

    def either(self, parts: Children, start: int, end: int) -> nodes.Logical:
        return nodes.Logical(self.span(start, end), "or", parts[0], parts[1])

    def both(self, parts: Children, start: int, end: int) -> nodes.Logical:
        return nodes.Logical(self.span(start, end), "and", parts[0], parts[1])

    def negated(self, parts: Children, start: int, end: int) -> nodes.Unary:
        return nodes.Unary(self.span(start, end), "not", parts[0])

    def comparison(self, parts: Children, start: int, end: int) -> nodes.Compare:
        return nodes.Compare(self.span(start, end), parts[0], tuple(parts[1::2]), tuple(parts[2::2]))

    def not_in(self, parts: Children, start: int, end: int) -> str:
        return "not in"

    def half_open_range(self, parts: Children, start: int, end: int) -> nodes.RangeLiteral:
        return nodes.RangeLiteral(self.span(start, end), parts[0], parts[1], closed=False)

    def closed_range(self, parts: Children, start: int, end: int) -> nodes.RangeLiteral:
        return nodes.RangeLiteral(self.span(start, end), parts[0], parts[1], closed=True)

    def binary(self, parts: Children, start: int, end: int) -> nodes.Binary:
        return nodes.Binary(self.span(start, end), parts[1], parts[0], parts[2])

    def sign(self, parts: Children, start: int, end: int) -> nodes.Unary:
        if start and self.source.text[start - 1] == parts[0]:
            raise _words().doubled_sign(parts[0] * 2, self.source, start - 1)
        return nodes.Unary(self.span(start, end), parts[0], parts[1])

    def call(self, parts: Children, start: int, end: int) -> nodes.Call:
        return nodes.Call(self.span(start, end), parts[0], tuple(parts[1:]))

    def argument(self, parts: Children, start: int, end: int) -> nodes.Argument:
        return nodes.Argument(self.span(start, end), None, parts[0])

    def named_argument(self, parts: Children, start: int, end: int) -> nodes.Argument:
        return nodes.Argument(self.span(start, end), parts[0], parts[1])

    def index(self, parts: Children, start: int, end: int) -> nodes.Index:
        return nodes.Index(self.span(start, end), parts[0], tuple(parts[1:]))

    def slice(self, parts: Children, start: int, end: int) -> nodes.Slice:
        return nodes.Slice(self.span(start, end), parts[0], parts[1], parts[2] if len(parts) == 3 else None)

    def slice_part(self, parts: Children, start: int, end: int) -> nodes.Expression | None:
        return parts[0] if parts else None

    def attribute(self, parts: Children, start: int, end: int) -> nodes.Attribute:
        target, name = parts
        return nodes.Attribute(self.span(start, end), target, name, self.span(end - len(name), end))

    def variable(self, parts: Children, start: int, end: int) -> nodes.Name:
        name: str = parts[0]
        if name in self._reserved:
            if name != "end":
                raise _words().reserved_word(name, self.newlines, self.source, start)
            self._names_end.add(start)
        return nodes.Name(self.span(start, end), name)

    def number(self, parts: Children, start: int, end: int) -> nodes.Constant:
        return nodes.Constant(self.span(start, end), self._literal(literals.number, parts[0], start))

    def string(self, parts: Children, start: int, end: int) -> nodes.Constant:
        return nodes.Constant(self.span(start, end), self._literal(literals.string, parts[0], start))

    def true(self, parts: Children, start: int, end: int) -> nodes.Constant:
        return nodes.Constant(self.span(start, end), True)

    def false(self, parts: Children, start: int, end: int) -> nodes.Constant:
        return nodes.Constant(self.span(start, end), False)

    def null(self, parts: Children, start: int, end: int) -> nodes.Constant:
        return nodes.Constant(self.span(start, end), None)

    def parentheses(self, parts: Children, start: int, end: int) -> nodes.Expression:
        inner: nodes.Expression = parts[0]
        return replace(inner, span=self.span(start, end))

    def list_literal(self, parts: Children, start: int, end: int) -> nodes.ListLiteral:
        return nodes.ListLiteral(self.span(start, end), tuple(parts))

    def dictionary(self, parts: Children, start: int, end: int) -> nodes.DictionaryLiteral:
        return nodes.DictionaryLiteral(self.span(start, end), tuple(parts))

    def pair(self, parts: Children, start: int, end: int) -> tuple[nodes.Expression, nodes.Expression]:
        return parts[0], parts[1]

    def named_pair(self, parts: Children, start: int, end: int) -> tuple[nodes.Expression, nodes.Expression]:
        key: str = parts[0]
        return nodes.Constant(self.span(start, start + len(key)), key), parts[1]

    def fstring(self, parts: Children, start: int, end: int) -> nodes.FString:
        return nodes.FString(self.span(start, end), tuple(parts))

    def fstring_text(self, parts: Children, start: int, end: int) -> str:
        text: str = self._literal(literals.fstring_text, parts[0], start)
        return text

    def interpolation(self, parts: Children, start: int, end: int) -> nodes.FormattedValue:
        return nodes.FormattedValue(self.span(start, end), parts[0], tuple(parts[1:]))
