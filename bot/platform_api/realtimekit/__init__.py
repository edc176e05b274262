"""Cloudflare RealtimeKit livestreams (platforms/realtimekit.md); Dyte is the same schema under another address (dyte/)."""
