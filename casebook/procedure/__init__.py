"""The order the law fixes between a recommendation and the end of a case: who may take which step, and when.

Every function here asks `workflow.ensure` first, writes its rows, and records one event that seals them.
"""
