"""What the web server itself may write of a request it could not serve: that there was one, and nothing of who came.

Left to itself it writes the address of whoever hung up or sent nonsense, and the path they were at, at that moment.
"""

import logging
from pathlib import PurePath

_SILENT = "waitress.queue"  # a line for every request that waits: when somebody came


class NothingOfWhoCame(logging.Filter):
    """Replaces what a record says by the kind of fault and the place in the server's code."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname
        record.msg = "the web server met a fault: %s at %s:%d"
        record.args = (kind, PurePath(record.pathname).name, record.lineno)
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def init() -> None:
    """Silence the server of this process; called before it is made."""
    server = logging.getLogger("waitress")
    server.setLevel(logging.WARNING)
    if not any(isinstance(one, NothingOfWhoCame) for one in server.filters):
        server.addFilter(NothingOfWhoCame())
    logging.getLogger(_SILENT).setLevel(logging.ERROR)
