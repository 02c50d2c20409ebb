"""Films as one download: names that every system takes, and ZIP files as a pure function of what
stands in them. Knows no database and no storage."""
