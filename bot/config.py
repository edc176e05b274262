"""Settings: one frozen model per section of config.toml. Unknown keys are refused with a hint.

Reading the file and resolving `env:NAME` / `file:PATH` is cli's business (cli/settings.py); this module is pure.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(value: Any) -> Any:
    """`250ms`, `90s`, `10m`, `1h30m`, `30d` → seconds; numbers are seconds already.

    >>> seconds("1h30m")
    5400.0
    """
    if not isinstance(value, str):
        return value
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)", value.strip())
    if not parts or re.sub(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)", "", value).strip():
        raise ValueError(f"'{value}' is no duration; write it like 250ms, 90s, 10m, 1h or 30d")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


Seconds = Annotated[float, BeforeValidator(seconds), Field(ge=0)]


LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PLACE = r"^[^.\s]+(\.[^.\s]+)*$"


class Section(BaseModel):
    """Frozen, and nothing unknown gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Bot(Section):
    """Who the bot is, and whether it acts at all."""

    name: str = "Usher"
    email: str = "usher@example.com"
    mode: Literal["act", "shadow"] = "act"


class Channel(Section):
    """One BeeStreamed account."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")] = "main"
    base_url: str = "https://api.beestreamed.com"
    token_id: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    webhook_secret: SecretStr | tuple[SecretStr, ...] = SecretStr("")
    """One secret, or two while a key changes (reliability F12). Empty: webhooks are refused."""
    follow: tuple[str, ...] = ("live",)
    rules: str = "rules"
    requests_per_minute: Annotated[int, Field(ge=1)] = 3000
    fastest_read: Seconds = 0.25
    slowest_read: Seconds = 1.0
    idle_read: Seconds = 15.0
    page_size: Annotated[int, Field(ge=1, le=1000)] = 100
    option_index_base: Literal["auto", 0, 1] = "auto"
    body: Literal["json", "form"] = "json"
    query_true: Literal["true", "1"] = "true"
    """How a true flag is written in a query (B-06)."""
    settle: Seconds = 60.0
    lock_when_behind: Seconds = 5.0
    """The chat is locked while working off what waits to be hidden would take longer; 0 never locks it."""
    time_zone: str = "UTC"
    """For naive start times of events whose own zone is unknown (B-12)."""
    webhook_max_age: Seconds | None = None
    """Deliveries older than this are only a hint to look (B-31); off until retries are understood."""


class Stream(Section):
    """A livestream that cues and commands can drive. Which keys are needed depends on the platform (docs/platforms.md)."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")]
    platform: Literal["beestreamed", "realtimekit", "dyte", "accelevents", "golive"]
    base_url: str = ""
    """Used as given; empty: the platform's documented address (beestreamed: the channel's)."""
    account_id: str = ""
    app_id: str = ""
    meeting_id: str = ""
    token: SecretStr = SecretStr("")
    organization_id: str = ""
    api_key: SecretStr = SecretStr("")
    event_url: str = ""
    """The event's slug, or its whole address: the last part counts (A-09)."""
    session_id: Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)] = ""
    channel: str = ""
    event: str = ""
    """beestreamed: the event that is streamed. Other platforms: the event it belongs to; empty: every event of the channel."""
    watch: Seconds = 5.0
    """How often the watchdog looks while the event runs; 0: never."""
    requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    """All calls for this livestream together; empty: what the platform's documents allow, with a margin."""
    path: str = "/rest/host/event/{event_url}/session/{session_id}/rtmp"
    """accelevents: where the stream key is made; not documented (A-01)."""
    method: Literal["POST", "PUT", "GET"] = "POST"
    """accelevents: and with which method (A-01)."""
    auth_header: Literal["Key", "Authorization", "AUTHENTICATION"] = "Key"
    """accelevents (A-02)."""
    auth_scheme: Literal["", "Bearer"] = ""
    """accelevents: written before the key (A-02)."""
    livekit_url: str = ""
    """golive: the LiveKit server that its token is for; the platform does not say it (G-06)."""
    record: str = ""
    """golive: file that remembers a go_live and its keys, mode 0600 (G-08); empty: `usher-stream-NAME.json` beside the state."""

    @model_validator(mode="after")
    def _has_what_its_platform_needs(self) -> Stream:
        for key in NEEDED[self.platform]:
            value = getattr(self, key)
            if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                wanted = ", ".join(NEEDED[self.platform])
                raise ValueError(f"the livestream '{self.name}' needs {key}; {self.platform} needs {wanted}")
        return self


NEEDED: dict[str, tuple[str, ...]] = {
    "beestreamed": (),
    "realtimekit": ("account_id", "app_id", "meeting_id", "token"),
    "dyte": ("meeting_id", "api_key"),
    "accelevents": ("event_url", "session_id", "api_key"),
    "golive": ("session_id", "token"),
}
"""What a livestream of each platform cannot do without. dyte: organization_id too, unless api_key is the portal's ready-made header
value (D-02)."""


class Service(Section):
    """Another service that rules may ask for its score of a text (`external:`): a POST of JSON, a number from 0 to 1 comes back."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,64}$")]
    url: str
    """https, or http to this machine."""
    token: SecretStr = SecretStr("")
    header: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")] = "Authorization"
    """Where the token goes; with "Authorization" it is sent as a bearer token."""
    timeout: Annotated[Seconds, Field(gt=0, le=10)] = 1.0
    """A later answer is none."""
    text: Annotated[str, Field(pattern=_PLACE)] = "text"
    """Where the text stands in what is sent: names with dots between them."""
    body: dict[str, Any] = {}
    """What else is sent, always the same."""
    score: Annotated[str, Field(pattern=_PLACE)] = "score"
    """Where the score stands in the answer: names, and positions in lists from 0, with dots between them."""
    calls_per_minute: Annotated[int, Field(ge=1)] = 60

    @model_validator(mode="after")
    def _is_safe(self) -> Service:
        parts = urlsplit(self.url)
        if self.name in ("service", "is"):
            raise ValueError(f"a service cannot be called '{self.name}': rules need the word for something else")
        if parts.username or parts.password:
            raise ValueError(f"the service '{self.name}' must not have a password in its url; write it as token")
        if not parts.hostname:
            raise ValueError(f"the url of the service '{self.name}' names no host")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError(f"the service '{self.name}' needs an https url; http only leads to this machine (127.0.0.1)")
        return self


class Store(Section):
    """Where everything is kept."""

    url: str = "sqlite:usher.db"
    keep: Seconds = 30 * 86400.0
    lease: Annotated[Seconds, Field(ge=2, le=60)] = 5.0
    """PostgreSQL: how long a replica that is not heard of keeps its channels; others then take them over."""
    replica: Annotated[str, Field(pattern=r"^[\w.-]{0,64}$")] = ""
    """PostgreSQL: this replica's name, which no other may have; empty: one is made of the machine's name."""


class User(Section):
    """Somebody who may steer. The token is compared in constant time."""

    name: Annotated[str, Field(pattern=r"^[\w.@-]{1,64}$")]
    role: Literal["viewer", "moderator", "admin"] = "moderator"
    token: SecretStr


class Control(Section):
    """The listener for people, dashboards and webhooks."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8787
    users: tuple[User, ...] = ()
    metrics_open: bool = False
    hosts: tuple[str, ...] = ()
    """Further values of the Host header that are accepted (a reverse proxy's name); loopback names always are (G4)."""


class Alerts(Section):
    """Apprise addresses."""

    urls: tuple[SecretStr, ...] = ()


class Reports(Section):
    """Where reports go: a folder of its own for each event."""

    out: str = "reports"


class Config(Section):
    """The whole file."""

    bot: Bot = Bot()
    channel: tuple[Channel, ...] = ()
    stream: tuple[Stream, ...] = ()
    service: tuple[Service, ...] = ()
    store: Store = Store()
    control: Control = Control()
    alerts: Alerts = Alerts()
    reports: Reports = Reports()

    @property
    def services(self) -> tuple[str, ...]:
        """Names of the services that rules may ask."""
        return tuple(service.name for service in self.service)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Config:
        for kind, names in (
            ("channel", [channel.name for channel in self.channel]),
            ("stream", [stream.name for stream in self.stream]),
            ("service", [service.name for service in self.service]),
            ("user", [user.name for user in self.control.users]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"two {kind}s are called '{twice[0]}'; give each its own name")
        return self
