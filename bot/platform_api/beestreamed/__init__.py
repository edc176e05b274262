"""BeeStreamed: chat, Q&A, polls, events, signups, analytics and webhooks. The contract and its ambiguities (B-nn) are in docs."""
