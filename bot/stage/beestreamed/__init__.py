"""BeeStreamed's endpoints and webhooks, as its documents describe them."""
