"""Time in a case: the working days of an office, the deadlines that events start and end, and the calendar feeds."""
