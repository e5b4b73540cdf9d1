"""Pictures of timelines and pages, for wherever the page itself cannot be shown."""
