"""Precedents: the page of one case."""

from flask import Blueprint, render_template

from web.auth import CASE_READERS, admits
from web.cases import load_case
from web.session import db_session

blueprint = Blueprint("precedents", __name__)


@blueprint.get("/cases/<number>/precedents")
@admits(*CASE_READERS)
def of_case(number: str):
    case = load_case(number)
    db_session().commit()
    return render_template("precedents/of_case.html", case=case)
