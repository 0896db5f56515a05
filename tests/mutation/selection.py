"""Which modules are mutated, and which tests have to detect the mutants."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple


class Layer(NamedTuple):
    """Modules, and the tests that are run on them."""

    modules: tuple[str, ...]
    """In the folder of the package."""

    tests: tuple[str, ...]
    """In the folder of the tests: one stage each, in this order, until a test fails."""


LAYERS: Final = (
    Layer(("status.py",), ("test_status.py",)),
    Layer(("rules.py",), ("test_rules.py",)),
    Layer(
        ("aggregation.py",),
        (
            "test_aggregation_rules.py",
            "test_aggregation_proofs.py",
            "test_status_tally.py",
            "test_aggregation_input.py",
            "test_aggregation_laws.py",
        ),
    ),
    Layer(("lifecycle.py",), ("test_lifecycle.py",)),
    Layer(
        ("frozen.py", "model/*.py"),
        ("model/test_*.py", "operations/test_*.py"),
    ),
    Layer(("operations/*.py",), ("operations/test_*.py",)),
    Layer(
        ("wire/*.py",),
        ("wire/test_*.py", "wire/test_round_trips.py", "wire/test_every_property.py"),
    ),
)
"""Layers 1 to 5. Some uses of the entities occur only in the operations."""

FIRST: Final = {
    "aggregation": "test_status_tally test_aggregation_rules test_aggregation_input test_notebooks "
    "operations/test_wrong_arguments model/test_lacking",
    "frozen": "model/test_frozen",
    "lifecycle": "test_lifecycle operations/test_wrong_arguments operations/test_permissions",
    "model/addition_index": "operations/test_granular operations/test_bulk_requests "
    "operations/test_order_of_checks operations/test_update operations/test_create",
    "model/artifact": "model/test_entities wire/test_property_names",
    "model/audit": "model/test_audit",
    "model/bulk_request": "model/test_bulk_requests model/test_entities "
    "operations/test_bulk_requests",
    "model/collection": "model/test_collection model/test_own_subclasses "
    "model/test_session_rules model/test_entities",
    "model/differences": "model/test_differences",
    "model/graph_name": "model/test_differences wire/test_document_kinds wire/test_event_json",
    "model/history": "model/test_history",
    "model/identity": "model/test_entities wire/test_property_names",
    "model/json_limits": "model/test_json_limits",
    "model/json_path": "model/test_differences",
    "model/json_value": "model/test_json_value",
    "model/kept_properties": "model/test_history operations/test_observe",
    "model/lacking": "model/test_lacking",
    "model/page": "model/test_entities wire/test_property_names",
    "model/persistent_sequence": "model/test_persistent_sequence",
    "model/persistent_vector": "model/test_collection",
    "model/public_error": "model/test_entities wire/test_property_names",
    "model/pydantic_hook": "test_pydantic_fields",
    "model/requests": "model/test_entities operations/test_requests_two_ways",
    "model/restore_point": "model/test_entities wire/test_property_names",
    "model/session": "model/test_session_rules model/test_bulk_requests model/test_entities "
    "model/test_differences test_notebooks",
    "model/timestamp": "model/test_timestamp",
    "model/validators": "model/test_validators",
    "operations/bulk_requests": "operations/test_bulk_requests operations/test_addition_index "
    "operations/test_values",
    "operations/checks": "operations/test_order_of_checks operations/test_error_table "
    "operations/test_requests_two_ways operations/test_activate_and_delete "
    "operations/test_granular",
    "operations/drafts": "operations/test_create operations/test_update "
    "operations/test_activate_and_delete operations/test_granular "
    "operations/test_embedders_mistakes operations/test_addition_index "
    "operations/test_order_of_checks operations/test_events operations/test_values",
    "operations/errors": "operations/test_error_table operations/test_record_batch "
    "operations/test_observe operations/test_values",
    "operations/events": "operations/test_events operations/test_last_modified "
    "operations/test_values operations/test_bulk_requests operations/test_addition_index "
    "operations/test_nulls operations/test_granular operations/test_wrong_arguments "
    "operations/test_observe",
    "operations/kinds": "operations/test_granular operations/test_values",
    "operations/limits": "operations/test_values",
    "operations/new_artifacts": "operations/test_create operations/test_embedders_mistakes "
    "operations/test_bulk_requests",
    "operations/observations": "operations/test_observe operations/test_nulls",
    "operations/permissions": "operations/test_permissions operations/test_order_of_checks",
    "operations/queries": "operations/test_pages operations/test_values",
    "operations/removals": "operations/test_expire operations/test_activate_and_delete",
    "operations/reports": "operations/test_record operations/test_record_batch "
    "operations/test_last_modified operations/test_wrong_arguments "
    "operations/test_addition_index operations/test_values operations/test_nulls",
    "operations/root": "operations/test_active_sessions operations/test_values "
    "operations/test_expire model/test_differences test_notebooks",
    "status": "test_status operations/test_wrong_arguments",
    "wire/converter": "wire/test_converter wire/test_own_classes",
    "wire/decoding": "wire/test_schema wire/test_fixture_documents wire/test_refused_documents "
    "wire/test_limits wire/test_refused_values",
    "wire/document_kinds": "wire/test_document_kinds",
    "wire/documents": "wire/test_fixture_documents wire/test_converter wire/test_limits "
    "wire/test_selection wire/test_event_json wire/test_deep_in_a_stack "
    "wire/test_refused_documents",
    "wire/error_envelope": "wire/test_error_envelope",
    "wire/event_json": "wire/test_event_json",
    "wire/findings": "wire/test_findings",
    "wire/json_text": "wire/test_refused_documents wire/test_limits wire/test_refused_values "
    "wire/test_deep_in_a_stack wire/test_error_envelope wire/test_hostile_documents "
    "wire/test_converter",
    "wire/methods": "wire/test_calls wire/test_limits",
    "wire/problems": "wire/test_many_problems wire/test_wire_error wire/test_limits "
    "wire/test_refused_documents",
    "wire/properties": "wire/test_property_names wire/test_fixture_documents "
    "wire/test_document_kinds",
    "wire/reading": "wire/test_fixture_documents wire/test_refused_documents wire/test_limits "
    "wire/test_many_problems wire/test_refused_values wire/test_converter "
    "wire/test_types_of_artifacts wire/test_deep_in_a_stack",
    "wire/schema": "wire/test_schema wire/test_fixture_documents wire/test_evolvable_enums "
    "wire/test_limits wire/test_refused_documents wire/test_own_classes",
    "wire/selection": "wire/test_selection",
    "wire/writing": "wire/test_fixture_documents wire/test_evolvable_enums "
    "wire/test_types_of_artifacts wire/test_own_classes wire/test_kept_texts wire/test_converter",
}
"""The tests that are most likely to detect mutants come first."""

SLOW: Final = (
    *("test_histories", "test_scale_of_a_report", "test_bulk_lives"),
    *("test_growth", "test_round_trip_laws", "test_round_trips", "test_every_property"),
)
"""Run only for modules that name them, since they take long: mutants have to be detected without
them.
"""

WITHOUT_RULES: Final = (
    *("rules", "document_kinds"),  # the rules' sentences, and what only the commands read
    *("frozen", "collection", "persistent_sequence", "persistent_vector"),  # structures
    *("differences", "json_path", "pydantic_hook"),  # only for calls in Python
)
"""Modules that do not state how a program has to behave."""

PACKAGE: Final = Path("restore_domain")
TESTS: Final = Path("tests")


def _layer_of(module: Path) -> Layer:
    within = module.relative_to(PACKAGE)
    return next(layer for layer in LAYERS if any(within.match(name) for name in layer.modules))


def modules() -> list[Path]:
    """Return the modules that are mutated, by their paths in the repository."""
    names = [name for layer in LAYERS for name in layer.modules]
    found = [module for name in names for module in sorted(PACKAGE.glob(name))]
    return [
        module for module in found if module.name != "__init__.py"
    ]  # which only has the names of others


def modules_of_rules() -> list[Path]:
    """Return the modules that state how a program has to behave."""
    return [module for module in modules() if module.stem not in WITHOUT_RULES]


def tests_of(module: Path) -> list[Sequence[str]]:
    """Return the files of tests for a module, in the stages in which they are run."""
    first = FIRST.get(module.relative_to(PACKAGE).with_suffix("").as_posix(), "").split()
    stages = [[TESTS / f"{name}.py" for name in first]]
    for name in _layer_of(module).tests:
        files = [file for file in sorted(TESTS.glob(name)) if file not in stages[0]]
        stages.append([file for file in files if "*" not in name or file.stem not in SLOW])
    return [[str(file) for file in stage] for stage in stages if stage]
