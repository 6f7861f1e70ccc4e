"""What is said to whoever types something that bears a mark of classification (密级)."""

from casebook.errors import Problem
from casebook.seal.marks import classified


def secret_problem(text: str) -> Problem | None:
    """What to do about a text that bears a mark of classification; None: it bears none (SUP2024 18)."""
    if not classified(text):
        return None
    return Problem(
        "出现密级标志。国家秘密不得在本系统填写，请按保密规定另行办理。",
        "It bears a mark of classification. State secrets must not be entered here; follow the rules on secrecy.",
    )
