"""Cases for the two-step view: a view owed before and after the answer on recusal, one given, one confirmed."""

from types import SimpleNamespace

from casebook.models import Case, Step
from casebook.office import change_settings
from casebook.procedure import people as parts
from casebook.procedure import review, two_step
from tests.reviews import TODAY, leave_intake
from tests.stages import recommended_case


def viewed(session, people, unbroken: str) -> dict[str, str]:
    """Their numbers; only in these cases does the organ ask for the two steps."""
    cast = SimpleNamespace(**people)
    change_settings(session, cast.chief, second_opinion_rate=0, two_step_view=1)

    def assigned(*, declared: bool = True) -> Case:
        case = recommended_case(session, cast, direct_economic_loss_cny=8765432, deaths=1)
        leave_intake(session, cast, case)
        review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
        if declared:
            parts.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
        return case

    made = {"undeclared": assigned(declared=False)}
    made |= {name: assigned() for name in ("view_owed", "view_given", "view_kept")}
    reason = f"程序有瑕疵，属于一般过失 {unbroken}"
    for name in ("view_given", "view_kept"):
        two_step.record(session, made[name], cast.reviewer, disposition="tolerate", reason=reason)
    two_step.confirm(session, made["view_kept"], cast.reviewer, disposition="hold_accountable", reason=reason)
    change_settings(session, cast.chief, two_step_view=0)
    return {name: case.number for name, case in made.items()}
