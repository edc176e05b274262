"""BeeStreamed: chat, Q&A, polls, events, signups, analytics and webhooks. B-nn are the numbered ambiguities of its documents."""
