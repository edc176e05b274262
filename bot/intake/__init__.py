"""What comes in: feeds read after a cursor, webhooks, discovery of events, the alarm clock."""
