"""What the tests of reading begin with."""

from collections.abc import Iterator
from unittest import mock

import pytest

from restore_domain.wire import decoding


@pytest.fixture(scope="module")
def every_document_is_large() -> Iterator[None]:
    """Let small documents be read as large ones are: what the schema does not know is learned."""
    with mock.patch.object(decoding, "_SMALL", 0):
        yield
