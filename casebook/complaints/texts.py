"""What a person types about a complaint: neutral words, no marks of classification, nothing a database cannot keep."""

from casebook.complaints.marks import secret_problem
from casebook.errors import Problem
from casebook.fields import check_text


def check(
    errors: dict[str, Problem],
    field: str,
    text: object,
    longest: int,
    *,
    required: bool = True,
    one_line: bool = False,
) -> str:
    """The text without outer spaces; what is wrong with it goes into `errors` under the field."""
    kept = check_text(errors, field, text, longest, required=required, one_line=one_line)
    if kept and (problem := secret_problem(kept)):
        errors[field] = problem
    return kept
