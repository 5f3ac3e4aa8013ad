"""One live session: its folder, its pure core, its threads, and the supervisor of its processes."""
