"""The "go live" call of the webinar sessions API on LiveKit (platforms/golive.md)."""
