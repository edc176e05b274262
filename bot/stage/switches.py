"""Every ambiguity of the platform's documents as a switch, named after its number (B-09 is `b09_…`).

The defaults are the documents' own examples, or where they show nothing the reading that looks likeliest. All of them can be set
from JSON (`changed(Switches(), {...})`), at the start of a stage and while it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.stage.timing import TimeStyle


@dataclass(frozen=True, slots=True)
class Switches:
    """One reading of the documents."""

    # B-01 rate limits: undefined window, no documented header.
    b01_limit_per_minute: int = 3500
    """Calls of one account in 60 s before 429; 0 = no limit."""
    b01_window: Literal["sliding", "fixed"] = "sliding"
    b01_retry_after: Literal["none", "seconds", "date", "junk", "ten_years"] = "none"

    # B-02 envelopes.
    b02_status_field: Literal["documented", "always", "never"] = "documented"
    b02_envelope: Literal["documented", "always", "never", "double"] = "documented"

    # B-03, B-04, B-48 credentials. The level itself belongs to the account (user, client, global).
    b03_poll_state_needs_client: bool = False
    """Opening, closing and deleting a poll is refused to a token that is not of level `client`."""
    b03_refusal: Literal[401, 403] = 403
    b04_header: Literal["base64", "plain", "either"] = "base64"
    b48_public_details: bool = False
    """A wrong token still gets the public view of an event's details, instead of 401."""

    # B-05, B-06 what a request may look like.
    b05_body: Literal["json", "form", "both"] = "both"
    """Which bodies are read; of the other kind no field is seen. Polls and simulcast always read JSON (documented)."""
    b06_true: Literal["true", "1", "both", "ignored"] = "both"
    """How `qa` and the like must be written to be seen."""

    # B-07 to B-11 lists.
    b07_order: Literal["asc", "desc", "shuffled"] = "asc"
    """Order of ids inside a page; `asc` is the documents' example."""
    b08_row_num: Literal["newest_is_one", "newest_is_total", "position", "ones", "missing"] = "newest_is_one"
    b09_direction: Literal["older", "newer"] = "older"
    """`indexStart` shows rows up to that id, or from that id on."""
    b09_inclusive: bool = True
    b09_absent: Literal["newest_page", "latest_entry"] = "newest_page"
    """Without `indexStart`: the newest page; or, under `newer`, literally the latest entry and nothing else."""
    b09_newer_pages: Literal["from_index", "from_newest"] = "from_index"
    """Under `newer`, page 1 holds the rows next to the index, or the newest ones."""
    b10_index_elsewhere: Literal["own_id", "ignored"] = "own_id"
    """What `indexStart` means on lists other than chat."""
    b11_page_cap: int = 100
    """Silent maximum of `maxResults`."""
    b11_over: Literal["cap", "ten", "refuse"] = "cap"
    """More was asked for: the cap, ten rows, or 422."""

    # B-12 times.
    b12_times: TimeStyle = "naive"
    """`*_created`, `signup_date` and the like."""
    b12_event_date: TimeStyle = "naive"
    b12_date_input: Literal["any", "offset", "naive"] = "any"
    """Which form of `date` an event's PATCH takes; others are 422."""

    # B-13, B-14 answers that are no success, or half of one.
    b13_error_body: Literal["message", "error", "html", "empty"] = "message"
    b14_unknown_ref: Literal["rows_0", "404"] = "rows_0"
    b14_same_state: Literal["rows_0", "rows_1"] = "rows_0"
    """`rows` of a PATCH that sets what is already so."""

    # B-15, B-16 paths and words.
    b15_paths: Literal["pages", "introduction", "both"] = "pages"
    b16_words: Literal["documented", "scheduled_ended"] = "documented"
    """What an event's status is called when it is read; writing takes the documented words."""

    # B-17 to B-19 questions.
    b17_prefix: Literal["qa", "chat"] = "qa"
    b17_text: Literal["message", "question"] = "message"
    b17_created_key: Literal["qa_ref", "chat_ref"] = "chat_ref"
    """The key of the ref in the answer to a posted question."""
    b18_new_writable: bool = False
    b19_other_kind: Literal["refuse", "rows_0", "applies"] = "refuse"
    """A chat status sent to a question, or the reverse: 422, nothing, or it is set."""

    # B-20 to B-27 events, signups, polls, analytics.
    b20_signup_form: Literal["null", "list"] = "null"
    b21_description: Literal["desc", "description", "both"] = "both"
    b22_auto_switch: Literal["printed", "lower"] = "printed"
    b23_simulcast_listed: bool = True
    b25_options: Literal["text", "objects"] = "text"
    b26_message_required: bool = False
    b27_analytics_numbers: Literal["number", "text"] = "number"

    # B-33 truth and numbers, everywhere in answers.
    b33_truth: Literal["bool", "number", "text"] = "bool"
    b33_numbers: Literal["number", "text"] = "number"

    # B-36 to B-40 polls.
    b36_created: Literal[201, 200] = 201
    b37_poll_active: bool = False
    """A new poll is open at once."""
    b38_state_key: Literal["state", "active", "both"] = "state"
    b39_option_base: Literal[0, 1] = 0
    b40_one_vote_per_email: bool = False

    # B-42 which rows are listed.
    b42_hidden_listed: bool = True
    b42_deleted_listed: bool = True
    b42_status_shown: bool = True
    """False leaves `chat_status` out of the rows."""

    # B-31, B-32, B-49 webhooks.
    hook_types: tuple[str, ...] = ("event", "video", "signup", "poll", "billing")
    """Categories that are sent."""
    b31_same_id: bool = False
    """Deliveries of different types share one id."""
    b31_no_id: bool = False
    hook_copies: int = 1
    """How often each delivery is sent."""
    hook_delay: float = 0.0
    """Seconds before a delivery leaves."""
    hook_jitter: float = 0.0
    """Up to so many seconds more, each its own: reorders (B-32)."""
    hook_retries: int = 3
    """How often an unanswered or refused delivery is tried again, a second apart, growing twofold."""
    b32_status_sends: Literal["both", "status", "updated"] = "both"
    """What a change of an event's status sends."""
    b49_escaped: bool = True
    r"""`/` as `\/` and other than ASCII as `\uXXXX`, as the documented encoder does."""

    # RealtimeKit (K-nn) and Dyte (D-nn): each value is one of the two shapes that the documents contradict themselves with.
    k01_envelope: Literal["data", "result", "result_data"] = "data"
    k02_shape: Literal["shown", "declared"] = "shown"
    k03_disabled: Literal["bool", "text"] = "bool"
    k04_seconds: Literal["number", "text", "late"] = "number"
    """`late`: 60 during the first minute."""
    k06_none: Literal["404", "null", "object", "list"] = "404"
    """What is answered when nothing is active."""
    k07_stopped: Literal["IDLE", "OFFLINE"] = "IDLE"
    k07_dropped: Literal["OFFLINE", "IDLE", "ERRORED"] = "OFFLINE"
    k11_strict: bool = True
    """A start without a body and a stop with one are refused."""
    k12_error: Literal["errors", "error"] = "errors"
    k12_nothing_running: Literal[404, 200] = 404
    """A stop when nothing runs."""
    k18_active_key: bool = False
    """The active livestream is told with its key."""
    d04_start_word: Literal["INVOKED", "OFFLINE"] = "INVOKED"
    d06_created: Literal[201, 200] = 201
    d07_overall: Literal["object", "days"] = "object"
    d07_daywise: Literal["list", "object"] = "list"
    d11_disable_key: Literal["LivestreamBase", "data"] = "LivestreamBase"
    d14_twice: Literal["refuse", "same", "second"] = "refuse"
    """A start while one runs."""

    # Accelevents (A-nn) and go_live (G-nn).
    a01_method: str = "POST"
    a01_path: str = "/rest/host/event/{event}/session/{session}/rtmp"
    a02_header: Literal["Key", "Authorization", "AUTHENTICATION", "any"] = "Key"
    a04_repeat: Literal["same", "refuse"] = "same"
    """A plain call while the key is in use: the same key, or refused."""
    a05_code_in: Literal["errorCode", "code", "status", "error", "text"] = "errorCode"
    a06_metadata: Literal["text", "object"] = "text"
    a08_provider: str = "ACCELEVENTS"
    """Any other has no push address."""
    g03_status: Literal["scheduled", "live"] = "scheduled"
    """The session's status in the answer of go_live."""
    g04_filled: Literal["all", "rtmp", "setup", "whip", "differ"] = "all"
    g05_stamp: Literal["seconds", "milliseconds"] = "seconds"
    g08_repeat: Literal["new_keys", "same", "refuse"] = "new_keys"
    g10_status: Literal[200, 201] = 200
    g13_error: Literal["message", "error", "object"] = "message"

    # What the documents do not mention at all.
    b35_repeated_ids: bool = False
    """Each chat row's id is shared by two rows."""
    b50_escaped_text: bool = False
    """Names and texts come back with HTML entities."""
    id_holes: int = 0
    """Between two ids up to so many numbers are missing."""
    extra_keys: bool = False
    """Rows carry keys nobody knows."""
    closed_chat: Literal["refuses", "accepts"] = "refuses"
    """An attendee writes although chat (or Q&A) is switched off."""
    stream_start_seconds: float = 0.0
    """From `startwebrtcstream` until the stream is active."""
