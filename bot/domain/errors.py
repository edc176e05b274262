"""What can go wrong, and what to do next. Foreign exceptions stop at the edge that met them and become one of these.

UsherError
├── UsageError            our user's mistake: one clear line, exit code 2
│   └── StateInUse        another copy runs on the same state: exit code 75
├── StoreError            the store did not do it: the transaction left nothing behind
│   ├── StoreFull         cannot be written now (disk full, read-only, locked): stop taking in and acting, serve on, try again
│   ├── StoreBroken       fatal (fsync failed, corrupt, file gone): end the process, never go on with this handle
│   └── Superseded        a newer start owns this channel: stop acting for it
└── PlatformError         a call to a platform failed; the class says what may be done
    ├── NotSent           surely not applied: try again later (DNS, refused, TLS, budget, breaker)
    ├── Throttled         429: surely not applied; `retry_after` seconds if the platform said so
    ├── Unclear           may have been applied: look before repeating (time-out, reset, 5xx, a garbled answer to a write)
    ├── Refused           final: 400, 404, 405, 409, 410, 422
    │   └── CannotTell       what became of a call cannot be found out: never repeat it, ask a person
    ├── NoRight           401, 403: stop this token, tell the operator
    └── BadAnswer         a read's answer is no good: nothing changed, the cursor stays
"""

from __future__ import annotations


class UsherError(Exception):
    """Root of all errors that Usher raises on purpose."""


class UsageError(UsherError):
    """Bad configuration or an unusable call; the text says what to do."""


class StateInUse(UsageError):
    """Another running copy holds the lock on this state; the text names its process."""


class StoreError(UsherError):
    """The store did not do what was asked; nothing of the transaction remains."""


class StoreFull(StoreError):
    """Nothing can be written at the moment; trying again later can help."""


class StoreBroken(StoreError):
    """The state can no longer be trusted by this process."""


class Superseded(StoreError):
    """Another start of the program took this channel over (its epoch is newer than ours)."""


class PlatformError(UsherError):
    """A call to a platform failed. `status` is the HTTP status or 0."""

    def __init__(self, text: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.code = code


class NotSent(PlatformError):
    """Surely not applied."""


class Throttled(PlatformError):
    """The platform asks us to wait."""

    def __init__(self, text: str, *, retry_after: float | None = None, status: int = 429) -> None:
        super().__init__(text, status=status)
        self.retry_after = retry_after


class Unclear(PlatformError):
    """It may or may not have been applied."""


class Refused(PlatformError):
    """Final; repeating cannot help."""


class CannotTell(Refused):
    """The platform has no way to say what became of a call."""


class NoRight(PlatformError):
    """The token is wrong or lacks the right."""


class BadAnswer(PlatformError):
    """The answer to a read cannot be used."""
