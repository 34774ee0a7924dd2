"""The ground floor: tasks, clock, boxes and marks that need only the standard library."""
