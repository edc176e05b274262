"""Named queries and numbered migrations; read by bot/store/queries.py."""
