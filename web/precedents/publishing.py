"""Propose as a precedent: the page of one case."""

from flask import Blueprint, render_template

from web.auth import CASE_READERS, admits
from web.cases import load_case
from web.session import db_session

blueprint = Blueprint("publishing", __name__)


@blueprint.get("/cases/<number>/precedents/propose")
@admits(*CASE_READERS)
def propose(number: str):
    case = load_case(number)
    db_session().commit()
    return render_template("precedents/propose.html", case=case)
