"""What anyone may read about the site itself: help."""

from flask import Blueprint, render_template

from web.auth import OPEN, admits

blueprint = Blueprint("reading", __name__)


@blueprint.get("/help")
@admits(*OPEN)
def help():
    return render_template("reading/help.html")
