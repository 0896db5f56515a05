"""Systems that answer as the reference does, except for what a test does to the answers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from restore_domain.verification.system import SYSTEM_METHODS, ReferenceSystem


class Odd(ReferenceSystem):
    """The reference, with a function applied to its answers."""

    def __init__(
        self, odd: Callable[[str, Any], Any], methods: Iterable[str] = SYSTEM_METHODS
    ) -> None:
        super().__init__()
        self.odd = odd
        self.methods = list(methods)
        self.called: list[str] = []

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        self.called.append(method)
        return self.odd(method, super().call(method, params))


def sessions_with(**properties: Any) -> Callable[[str, Any], Any]:
    """Replace properties of each session in the answers."""
    return lambda method, answer: {**answer, **properties} if method == "get" else answer


class OwnTokens(ReferenceSystem):
    """The reference, with continuation tokens that look different."""

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        token = params.get("skipToken")
        if isinstance(token, str) and token.startswith("page "):
            params = {**params, "skipToken": token.removeprefix("page ")}
        result = super().call(method, params)
        if isinstance(result, dict) and result.get("skipToken") is not None:
            return result | {"skipToken": f"page {result['skipToken']}"}
        return result
