"""Style and script with a hash of their content in the address, and the templates of the patterns we build on."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

A_YEAR = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    patterns = {name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")}
    app.jinja_loader = ChoiceLoader([app.jinja_loader, PrefixLoader(patterns)])
    hashes = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in Path(app.static_folder).iterdir()
        if path.is_file()
    }

    @app.url_defaults
    def add_hash(endpoint: str, values: dict) -> None:
        if endpoint == "static" and values.get("filename") in hashes:
            values["v"] = hashes[values["filename"]]

    @app.after_request
    def keep_for_long(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            known = hashes.get(request.view_args.get("filename"))
            response.headers["Cache-Control"] = A_YEAR if request.args.get("v") == known else "no-cache"
        return response
