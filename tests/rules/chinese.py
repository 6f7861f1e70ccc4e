"""What every message about a broken file keeps to, checked in the tests of each reader."""

import re


def is_said_in_chinese(error) -> bool:
    """Whether a fault has words of its own in Chinese, in which no English sentence is quoted."""
    return bool(error.zh) and re.search(r"[a-z]{2,} [a-z]{2,}", error.zh) is None
