"""The livestream calls of RealtimeKit, Dyte, Accelevents and go_live, each under a prefix of the stage's address."""
