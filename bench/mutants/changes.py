"""List the changes that can be made to a module, and make one of them.

Cosmic Ray finds and makes them; a change that removes a statement or a returned value is added here. Annotations,
decorators of dataclasses and type checking blocks are left alone: no test could notice a change of theirs.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

Position = tuple[int, int]
# A change to the nearest operator is the hardest to notice; `+` to `**` fails in every test.
_NEAREST = re.compile(
    r"Comparison\w*_(Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is|Lt_LtE|Lt_GtE|LtE_Lt|LtE_Gt|Gt_GtE|Gt_LtE|GtE_Gt|GtE_Lt)$"
    r"|BinaryOperator_(Add_Sub|Sub_Add|Mul_FloorDiv|FloorDiv_Mul|Div_Mul|Mod_Mul|BitOr_BitAnd|BitAnd_BitOr|LShift_RShift)$"
)
_UNCHANGED_DECORATORS = ("dataclass", "overload", "abstractmethod", "runtime_checkable", "override")


@dataclass(frozen=True)
class Change:
    """Name one change: the operator and its occurrence in the module."""

    module: Path
    operator: str
    occurrence: int
    position: Position

    def apply(self, source: str) -> str:
        """Return the changed source."""
        changed = mutate_code(source, _load_operator(self.operator), self.occurrence)
        if changed is None:
            raise ValueError(f"{self.module}: expected occurrence {self.occurrence} of {self.operator}")
        return str(changed)


class _StatementOperator(Operator):  # type: ignore[misc]
    """Replace a part of a statement by other text."""

    replacement = ""

    def find_node(self, node: parso.tree.NodeOrLeaf) -> parso.tree.NodeOrLeaf | None:
        """Return the part of the node that is replaced, if it has one."""
        raise NotImplementedError

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[tuple[Position, Position]]:
        """Yield where the node can be changed."""
        found = self.find_node(node)
        if found is not None:
            yield found.start_pos, found.end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        """Return the changed node."""
        found = self.find_node(node)
        prefix = found.get_first_leaf().prefix
        new = parso.python.tree.Name(self.replacement, found.start_pos, prefix)
        if found is node:
            return new
        node.children[node.children.index(found)] = new
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        """Return no examples."""
        return ()


class RemoveCall(_StatementOperator):
    """Replace a statement that is only a call by `pass`."""

    replacement = "pass"

    def find_node(self, node: parso.tree.NodeOrLeaf) -> parso.tree.NodeOrLeaf | None:
        """Return the call of a simple statement."""
        if node.type != "simple_stmt":
            return None
        call = node.children[0]
        is_call = call.type in ("atom_expr", "power") and call.get_last_leaf().value == ")"
        return call if is_call else None


class RemoveRaise(_StatementOperator):
    """Replace a `raise` by `pass`."""

    replacement = "pass"

    def find_node(self, node: parso.tree.NodeOrLeaf) -> parso.tree.NodeOrLeaf | None:
        """Return the statement that raises."""
        return node.children[0] if node.type == "simple_stmt" and node.children[0].type == "raise_stmt" else None


class ReturnNone(_StatementOperator):
    """Replace a returned value by `None`."""

    replacement = "None"

    def find_node(self, node: parso.tree.NodeOrLeaf) -> parso.tree.NodeOrLeaf | None:
        """Return the value that is returned."""
        if node.type != "return_stmt" or node.children[1].get_code(include_prefix=False) == "None":
            return None
        return node.children[1]


_OWN = {each.__name__: each for each in (RemoveCall, RemoveRaise, ReturnNone)}


def list_changes(module: Path, seed: random.Random) -> list[Change]:
    """Return one change for every place of the module that can be changed, chosen by the seed."""
    source = module.read_text(encoding="utf-8")
    tree, skipped = get_ast(source), list(_find_skipped(ast.parse(source)))
    places: dict[Position, list[Change]] = {}
    for name in _list_operators():
        operator = _load_operator(name)
        spans = [span for node in ast_nodes(tree) for span in operator.mutation_positions(node)]
        for occurrence, (start, _) in enumerate(spans):
            if not any(first <= start < last for first, last in skipped):
                places.setdefault(start, []).append(Change(module, name, occurrence, start))
    return [seed.choice(places[place]) for place in sorted(places)]


def _list_operators() -> list[str]:
    simple = ("AddNot", "Number", "And", "Or", "True", "False", "Break", "Continue", "Exception", "ZeroIteration")
    names = [name for name in operator_names() if _NEAREST.search(name) or _is_simple(name, simple)]
    return sorted(names) + sorted(_OWN)


def _is_simple(name: str, words: tuple[str, ...]) -> bool:
    is_pair = "BinaryOperator" in name or "ComparisonOperator" in name
    return not is_pair and ("Delete" in name or any(word in name for word in words))


def _load_operator(name: str) -> Operator:
    return _OWN[name]() if name in _OWN else get_operator(name)()


def _find_skipped(tree: ast.Module) -> Iterator[tuple[Position, Position]]:
    for node in ast.walk(tree):
        for skipped in _get_skipped(node):
            yield (skipped.lineno, skipped.col_offset), (skipped.end_lineno or 0, skipped.end_col_offset or 0)


def _get_skipped(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        yield node.annotation
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
        yield node.returns
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from (
            each for each in node.decorator_list if any(word in ast.dump(each) for word in _UNCHANGED_DECORATORS)
        )
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
        yield node
    if isinstance(node, ast.ClassDef) and any("Protocol" in ast.dump(base) for base in node.bases):
        yield node
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and _is_type_alias(node):
        yield node


def _is_type_alias(node: ast.Assign) -> bool:
    name = node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""
    is_alias = re.fullmatch(r"_?[A-Z][A-Za-z]*[a-z][A-Za-z]*", name) is not None
    return name == "__all__" or (is_alias and isinstance(node.value, ast.BinOp | ast.Subscript))
