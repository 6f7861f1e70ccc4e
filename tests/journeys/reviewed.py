"""Cases for the pages of review, second opinion, recusal and the organ, at their fullest."""

from types import SimpleNamespace

from casebook.models import Part, Step
from casebook.office import change_settings
from casebook.procedure import people as parts
from casebook.procedure import review, second_opinion
from casebook.procedure.drafts import see_draft
from casebook.recommend import recommend
from tests.factories import make_user, save
from tests.reviews import TODAY, leave_intake, whole_review
from tests.stages import recommended_case

WORDS = "先行先试、集体研究、程序完备、未谋私利且主动挽回损失" * 4


def reviewed(session, people) -> dict[str, str]:
    """The numbers of cases at each turn of the review."""
    organ = people["officer"].organisation
    second = make_user(session, "reviewer", organisation=organ, login="reviewer2", name="欧阳复评")
    cast = SimpleNamespace(**people, second=second)
    change_settings(session, cast.chief, second_opinion_rate=100)
    numbers = {"unsubmitted": recommended_case(session, cast).number}

    def handed_in():
        case = recommended_case(session, cast)
        leave_intake(session, cast, case)
        return case

    def with_reviewer():
        case = handed_in()
        review.assign_reviewer(session, case, cast.reviewer, cast.chief, on=TODAY)
        parts.declare(session, case, cast.reviewer, Step.ASSIGNMENT, [])
        return case

    def passed():
        case = with_reviewer()
        review.pass_review(
            session, case, cast.reviewer, whole_review(session, case, cast.reviewer), disposition="tolerate",
            reason=WORDS, on=TODAY,
        )  # fmt: skip
        return case

    def owed():
        case = passed()
        second_opinion.assign_second(session, case, second, cast.chief)
        parts.declare(session, case, second, Step.ASSIGNMENT, [])
        return case

    numbers["unassigned"] = handed_in().number
    numbers["reviewing"] = with_reviewer().number
    returned = with_reviewer()
    send_back(session, returned, cast)
    numbers["returned"] = returned.number
    again = with_reviewer()
    send_back(session, again, cast)
    save(session, again, cast.officer, deaths=1)
    recommend(session, again, cast.officer, TODAY)
    review.submit(session, again, cast.officer, on=TODAY)
    numbers["again"] = again.number
    numbers["drawn"] = passed().number
    numbers["owed"] = owed().number
    both = owed()
    answers = whole_review(session, both, second, second=True, T3="mixed")
    second_opinion.submit_second(session, both, second, answers, disposition="correct", reason=WORDS)
    numbers["both"] = both.number
    recused = with_reviewer()
    parts.ask_recusal(session, recused, cast.chief, cast.officer, "organ", ["interest", "other"], WORDS)
    parts.decide_recusal(session, recused, recused.recusals[0], cast.chief, granted=True)
    parts.declare(session, recused, cast.reviewer, Step.ASSIGNMENT, ["relative_of_respondent"], WORDS)
    numbers["recused"] = recused.number
    assert Part.REVIEWER in {row.part for row in recused.assignments}
    return numbers


def send_back(session, case, cast) -> None:
    seen = see_draft(session, case, cast.reviewer, second=False).mark
    review.return_to_officer(
        session, case, cast.reviewer, whole_review(session, case, cast.reviewer), code="fact_incomplete", words=WORDS,
        about=["deaths", "T1", "recovery"], seen=seen, on=TODAY,
    )  # fmt: skip
