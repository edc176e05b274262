"""The same for signups, analytics, videos, channel and user."""

from __future__ import annotations

from tests.platform_api.beestreamed.endpoint_cases import NOTE, ROWS, Case

FRAME = (0.0, 60.9)
SIGNUP = {"signup_ref": "s1", "signup_id": 3, "signup_data": {"Name": "Ann", "email": "ann@example.test"}, "signup_visited": 1}
VIDEO = {
    "video_ref": "v1",
    "video_id": 4,
    "video_title": "Talk",
    "video_event_ref": None,
    "video_date": "2031-02-03 10:00:05",
    "video_deleted": 0,
    "video_delete_date": 0,
    "video_mux_asset_id": "a1",
    "video_mux_data": {"asset_id": "a1", "playback_id": "pb1", "duration": 61.5, "details": {"resolution": "1080p"}},
    "row_num": 1,
}
UPLOAD = {"id": "up1", "status": "waiting", "timeout": 3600, "url": "https://upload.example.test/planted", "cors_origin": "*"}
TIE = {
    "conn_ref": "c1",
    "conn_user_ref": "u1",
    "row_num": 1,
    "data": {"user_first": "Ann", "user_last": "B", "user_email": "a@example.test"},
}
OURS = {"conn_ref": "c2", "conn_client_ref": "ch", "current": True, "data": {"client_name": "Channel"}}

CASES: dict[str, Case] = {
    "GET /signup/{event}": Case(
        lambda c: c.figures.signups("ev"),
        [SIGNUP],
        lambda r: [(one.ref, one.name, one.visited) for one in r],
        [("s1", "Ann", True)],
        {"maxResults": "100"},
        pages=True,
    ),
    "GET /signup/{event}/{signup}": Case(
        lambda c: c.figures.signup("ev", "s1"), SIGNUP, lambda r: (r.ref, r.email), ("s1", "ann@example.test"), {}
    ),
    "POST /signup/{event}": Case(
        lambda c: c.deliberate.sign_up("ev", {"name": "Ann", "email": "a@example.test", "Company": "X"}),
        {"signup_ref": "s9", "message": "ok"},
        lambda r: r.ref,
        "s9",
        {"name": "Ann", "email": "a@example.test", "Company": "X"},
        201,
    ),
    "GET /analytics/{event}/overall": Case(
        lambda c: c.figures.overall("ev", timeframe=FRAME),
        {"data": {"metric": "views", "value": 31, "measurement": "count"}, "status": 200},
        lambda r: (r.metric, r.value),
        ("views", 31.0),
        {"metric_id": "views", "measurement": "count", "timeframe": "0,60"},
    ),
    "GET /analytics/{event}/timeseries": Case(
        lambda c: c.figures.timeseries("ev", timeframe=FRAME),
        {"data": [{"timestamp": 60, "value": 3}], "status": 200},
        lambda r: [(one.at, one.value) for one in r],
        [(60.0, 3.0)],
        {"group_by": "minute", "timeframe": "0,60"},
    ),
    "GET /analytics/{event}/breakdown": Case(
        lambda c: c.figures.breakdown("ev", "country"),
        {"data": [{"group": "BE", "value": 3}], "status": 200},
        lambda r: [(one.group, one.value) for one in r],
        [("BE", 3.0)],
        {"metric_id": "views", "group_by": "country"},
    ),
    "GET /analytics/{event}/views": Case(
        lambda c: c.figures.views("ev", page=2, order="asc"),
        {
            "data": {
                "views": [{"view_id": "w1", "view_start": 60, "view_end": "2031-02-03T10:00:05Z", "view_duration": 5}],
                "total_row_count": 26,
                "timeframe": [0, 60],
            },
            "status": 200,
        },
        lambda r: (r.views[0].id, r.views[0].start, r.views[0].seconds, r.total),
        ("w1", 60.0, 5.0, 26),
        {"limit": "25", "page": "2", "order": "asc"},
    ),
    "GET /analytics/{event}/viewers/{viewer}": Case(
        lambda c: c.figures.viewer("ev", "w1"),
        {
            "data": {
                "viewer_data": {"viewer_id": "w1", "first_view": 60, "last_view": 90, "total_views": 2, "total_duration": 30},
                "interaction_data": {"x": "y"},
            },
            "status": 200,
        },
        lambda r: (r.id, r.views, r.seconds, dict(r.interaction)),
        ("w1", 2, 30.0, {"x": "y"}),
        {"limit": "25", "page": "1"},
    ),
    "GET /videos": Case(
        lambda c: c.videos.videos(search="talk"),
        {"data": [VIDEO], "status": 200},
        lambda r: [(one.ref, one.state, one.seconds, one.deletes_at, one.event) for one in r],
        [("v1", "ready", 61.5, None, "")],
        {"maxResults": "100", "search": "talk"},
        pages=True,
    ),
    "GET /videos/{video}": Case(
        lambda c: c.videos.video("v1"),
        {"data": VIDEO, "status": 200},
        lambda r: (r.title, r.playback, r.deleted),
        ("Talk", "pb1", False),
        {},
    ),
    "POST /videos": Case(
        lambda c: c.videos.create("Talk", "a1"),
        {"video_ref": "v9", "message": "ok", "status": 201},
        lambda r: r.ref,
        "v9",
        {"title": "Talk", "asset_id": "a1"},
        201,
    ),
    "PATCH /videos/{video}": Case(lambda c: c.videos.change("v1", event=""), ROWS, lambda r: r.rows, 1, {"event_ref": ""}),
    "DELETE /videos/{video}": Case(lambda c: c.videos.delete("v1"), ROWS, lambda r: r.rows, 1, {}),
    "POST /videos/upload": Case(
        lambda c: c.videos.new_upload(60),
        {"data": {"data": UPLOAD}, "status": 201},
        lambda r: (r.id, r.status, r.url),
        ("up1", "waiting", "https://upload.example.test/planted"),
        {"duration": 60},
        201,
    ),
    "GET /videos/upload/{upload}": Case(
        lambda c: c.videos.upload("up1"),
        {"data": {"id": "up1", "status": "asset_created", "asset_id": "a1", "timeout": 3600}},
        lambda r: (r.status, r.asset, r.url),
        ("asset_created", "a1", ""),
        {},
    ),
    "GET /videos/{video}/master": Case(lambda c: c.videos.master("v1"), {"data": "preparing", "status": 200}, str, "", {}),
    "GET /client/{client}": Case(
        lambda c: c.channels.details("ch"),
        {"client_id": 5, "client_name": "Channel", "client_ref": "ch", "client_subdomain": "x"},
        lambda r: (r.ref, r.name, r.number),
        ("ch", "Channel", 5),
        {},
    ),
    "GET /client/{client}/image": Case(
        lambda c: c.channels.logo("ch", light=True),
        {"data": {"signed_url": "https://m.example.test/planted"}, "status": 200},
        str,
        "https://m.example.test/planted",
        {"light": "true"},
    ),
    "POST /client/{client}/image": Case(
        lambda c: c.channels.new_logo("ch", "a.png"),
        {"asset_ref": "as1", "upload_url": "https://u.example.test/planted"},
        lambda r: r.ref,
        "as1",
        {"filename": "a.png"},
        201,
    ),
    "GET /client/{client}/usage": Case(
        lambda c: c.channels.usage("ch"),
        {
            "data": {"currency": "eur", "total": 1.5, "types": {"emails_total": {"cost": 1.5, "unit_cost": 0.5, "usage": 3}}},
            "status": 200,
        },
        lambda r: (r.currency, r.total, r.types["emails_total"].usage),
        ("eur", 1.5, 3.0),
        {},
    ),
    "GET /client/{client}/connections": Case(
        lambda c: c.channels.connections("ch", active=False),
        {"data": [TIE], "status": 200},
        lambda r: [(one.ref, one.user, one.name, one.email) for one in r],
        [("c1", "u1", "Ann B", "a@example.test")],
        {"maxResults": "100", "active": "false"},
        pages=True,
    ),
    "POST /client/{client}/connections": Case(lambda c: c.channels.connect("ch"), NOTE, str, "Done."),
    "DELETE /client/{client}/connections": Case(lambda c: c.channels.disconnect("ch", "c1"), NOTE, str, "Done.", {"connref": "c1"}),
    "GET /user/{session}/connections": Case(
        lambda c: c.channels.of_user("planted-session"),
        {"data": [OURS], "status": 200},
        lambda r: [(one.ref, one.channel, one.name, one.current) for one in r],
        [("c2", "ch", "Channel", True)],
        {"maxResults": "100"},
        pages=True,
    ),
    "POST /user/{session}/connections": Case(
        lambda c: c.channels.accept("planted-session", "c2"), NOTE, str, "Done.", {"connref": "c2"}
    ),
    "DELETE /user/{session}/connections": Case(
        lambda c: c.channels.leave("planted-session", "c2"), NOTE, str, "Done.", {"connref": "c2"}
    ),
}
