"""The account itself: its balance, events, webhook endpoints and test clocks."""
