"""The pages of time: what is due, the deadlines of a case, the working days of an office, the calendar feed."""

from web.clocks import case, feed, listing, working_days
from web.clocks.feed import limit_readings
from web.clocks.shared import blueprint

__all__ = ["blueprint", "case", "feed", "limit_readings", "listing", "working_days"]
