"""How a call is refused."""


class ApiError(Exception):
    """An answer that is a problem (RFC 9457)."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
