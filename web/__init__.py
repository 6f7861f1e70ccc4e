"""The site: Flask, forms and languages. Read create_app from top to bottom to see the whole of it."""

from flask import Flask

from web import (
    account,
    assets,
    auth,
    cases,
    clocks,
    errors,
    figures,
    files,
    i18n,
    intake,
    keep,
    labels,
    law_of_day,
    papers,
    reading,
    recommendation,
    refused,
    security,
    session,
    values,
    worklist,
)
from web.clearance import clearance, filings, of_case, returns
from web.complaints import complaint, desk, door, false_accusation, interference, openings, screening
from web.complaints import papers as complaint_papers
from web.config import Config
from web.packs import site_packs, trial
from web.precedents import ageing, consult, library, publishing, quiz
from web.procedure import (
    answer,
    appeal_steps,
    casefile,
    corrections,
    decision,
    hearing_notice,
    office,
    panel,
    recusal,
    review,
    talks,
    two_step,
    where,
)
from web.rulebook import pages as rulebook
from web.search import alerts, search


def create_app(config: Config | None = None) -> Flask:
    """Build the site over one store; every setting comes from `config`, or from the environment."""
    config = config or Config.from_env()
    app = Flask(__name__)
    app.config.update(config.flask_settings())
    app.extensions["casebook"] = config

    session.init_app(app, config)
    security.init_app(app)
    i18n.init_app(app)
    assets.init_app(app)
    labels.init_app(app)
    values.init_app(app)
    where.init_app(app)

    for module in (
        auth,
        account,
        cases,
        intake,
        worklist,
        law_of_day,
        files,
        recommendation,
        reading,
        rulebook,
        trial,  # with the register of rule packs, and writing
        clocks,
        figures,
        refused,
        review,
        two_step,
        recusal,
        office,
        hearing_notice,
        answer,
        casefile,
        corrections,
        appeal_steps,
        talks,
        panel,
        decision,
        papers,
        consult,
        library,
        publishing,
        ageing,
        quiz,
        search,
        alerts,
        desk,
        screening,
        openings,
        of_case,  # with clearance, proposing, recipients and mending
        returns,
        filings,
        door,
        false_accusation,
        interference,
        complaint,
        complaint_papers,
    ):
        app.register_blueprint(module.blueprint)
    keep.init_app(app)
    auth.init_app(app)
    clocks.limit_readings(app)
    answer.init_app(app)
    panel.init_app(app)
    site_packs.init_app(app)
    appeal_steps.init_app(app)
    alerts.init_app(app)
    clearance.init_app(app)
    door.init_app(app)
    filings.init_app(app)
    errors.init_app(app)
    return app
