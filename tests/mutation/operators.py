"""What cosmic-ray's own operators don't change: members of tables, and whole statements.

The rules are tables, so a table that lacks one of its members is the mistake to fear.
"""

from collections.abc import Iterator
from typing import Any, Final

from cosmic_ray.exceptions import CosmicRayTestingException
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Operator as Sign
from parso.tree import NodeOrLeaf

Position = tuple[tuple[int, int], tuple[int, int]]

_SERIES: Final = frozenset({"arglist", "testlist_comp", "dictorsetmaker"})
_STATEMENTS: Final = frozenset({"expr_stmt", "raise_stmt", "atom_expr", "return_stmt"})


def _members(series: NodeOrLeaf) -> list[list[NodeOrLeaf]]:
    """Return the members of a call, a tuple, a list, a set or a dict, each with its comma."""
    if series.type not in _SERIES or _is_of_all(series):
        return []
    members: list[list[NodeOrLeaf]] = [[]]
    for child in series.children:
        if child.type in {"sync_comp_for", "comp_for"}:
            return []
        members[-1].append(child)
        if child == ",":
            members.append([])
    return [member for member in members if member]


def _is_of_all(node: NodeOrLeaf) -> bool:
    """Return whether it is the contents of ``__all__``: no rule depends on that."""
    statement = node.search_ancestor("expr_stmt")
    return statement is not None and statement.get_first_leaf().value == "__all__"


class MemberRemover(Operator):
    """Leaves out one member of a call's arguments, a tuple, a list, a set or a dict."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Return the place of each member."""
        for member in _members(node):
            yield member[0].start_pos, member[-1].end_pos
        if _is_a_set_of_one(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Leave out a member."""
        if _is_a_set_of_one(node):
            del node.children[1]
            return node
        members = _members(node)
        gone = members.pop(index)
        if not members:
            return Sign("", node.start_pos)
        if len(members) == 1 and node.parent.children[0] == "(" and members[0][-1] != ",":
            members[0].append(Sign(",", node.end_pos))  # the rest is still a tuple
        if not index:
            members[0][0].get_first_leaf().prefix = gone[0].get_first_leaf().prefix
        node.children = [child for member in members for child in member]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Return a description."""
        return (
            Example("x = {1, 2}", "x = {2}"),
            Example("x = (1, 2)", "x = (1,)", occurrence=1),
            Example("x = {1}", "x = {}"),
        )


def _is_a_set_of_one(node: Any) -> bool:
    return (
        node.type == "atom"
        and node.children[0] == "{"
        and len(node.children) == 3
        and node.children[1].type != "dictorsetmaker"
    )


class StatementRemover(Operator):
    """Leaves out one statement of a function."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Return the place of the statement, if it is one."""
        if (
            node.type in _STATEMENTS
            and node.parent.type == "simple_stmt"
            and node.search_ancestor("funcdef") is not None
        ):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, _index: int) -> Any:
        """Leave out the statement."""
        return Sign("pass", node.start_pos, node.get_first_leaf().prefix)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Return a description."""
        return (Example("def f():\n    x = 1\n", "def f():\n    pass\n"),)


def _dotted_names(node: Any) -> list[Any]:
    """Return the exceptions with a dot in their names that a handler is for."""
    if node.type != "except_clause":
        return []
    handled = node.children[1]
    if handled.type == "atom":
        handled = handled.children[1]
    together = handled.children if handled.type == "testlist_comp" else [handled]
    return [name for name in together if name.type in {"atom_expr", "power"}]


class DottedExceptionReplacer(Operator):
    """Handles another exception than one with a dot in its name, which cosmic-ray can't."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Return the place of each exception."""
        for name in _dotted_names(node):
            yield name.start_pos, name.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Put an exception there that nothing raises."""
        name = _dotted_names(node)[index]
        among = name.parent.children
        other = CosmicRayTestingException.__name__
        among[among.index(name)] = Sign(other, name.start_pos, name.get_first_leaf().prefix)
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Return a description."""
        other = CosmicRayTestingException.__name__
        return (
            Example("try: f()\nexcept a.B: pass", f"try: f()\nexcept {other}: pass"),
            Example("try: f()\nexcept (a.B, C): pass", f"try: f()\nexcept ({other}, C): pass"),
        )


OPERATORS: Final = {
    kind.__name__: kind for kind in (MemberRemover, StatementRemover, DottedExceptionReplacer)
}
"""By their names, as cosmic-ray looks them up."""


def check_examples() -> None:
    """Raise AssertionError if an operator does not do what its examples say."""
    for kind in OPERATORS.values():
        for example in kind.examples():
            text = mutate_code(example.pre_mutation_code, kind(), example.occurrence)
            assert text == example.post_mutation_code, f"{kind.__name__}: {text}"
