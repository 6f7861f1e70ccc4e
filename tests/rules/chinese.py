"""What every message about a broken file keeps to, checked in the tests of each reader."""

import re

import pytest

from rules.yaml_source import SourceError


def is_told(error) -> bool:
    """Whether a fault says where it is, what was found and what to write, in English and in Chinese of its own."""
    place = error.place
    english = place.file and place.line > 0 and place.column > 0 and error.found and error.expected
    return (
        bool(english and re.search("；|应", error.zh)) and re.search(r"[a-z]{2,} [a-z]{2,}", error.zh) is None
    )


def refused_with(read, *arguments) -> SourceError:
    """The fault with which a broken text is refused."""
    with pytest.raises(SourceError) as refused:
        read(*arguments)
    return refused.value
