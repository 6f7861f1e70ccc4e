"""The GOV.UK widgets in our languages: the word "Error", the order of a date, no empty hints."""

from flask_babel import gettext as _
from govuk_frontend_wtf.gov_form_base import GovFormBase
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovFileInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)

from web.i18n import lang

BIG_LEGEND = "govuk-fieldset__legend--s"


class InOurWords:
    """Mixed in before a GOV.UK widget."""

    def map_gov_params(self, field, **kwargs) -> dict:
        params = super().map_gov_params(field, **kwargs)
        if "errorMessage" in params:
            params["errorMessage"]["visuallyHiddenText"] = _("Error")
        if not (params.get("hint") or {}).get("text"):
            params.pop("hint", None)
        return params


class TextInput(InOurWords, GovTextInput):
    pass


class TextArea(InOurWords, GovTextArea):
    pass


class Password(InOurWords, GovTextInput):
    """A plain password box: the pattern's own one needs scripts and speaks English."""

    input_type = "password"

    def __call__(self, field, **kwargs):
        return super().__call__(field, **{**kwargs, "value": ""})


class Select(InOurWords, GovSelect):
    pass


class Radios(InOurWords, GovRadioInput):
    pass


class Checkboxes(InOurWords, GovCheckboxesInput):
    pass


class FileInput(InOurWords, GovFileInput):
    pass


class DateInput(InOurWords, GovFormBase):
    """Year, month and day in the order of the language, each in its own box."""

    template = "govuk_frontend_wtf/date.html"

    def __call__(self, field, **kwargs):
        kwargs.setdefault("id", field.id)
        return super().__call__(field, **kwargs)

    def map_gov_params(self, field, **kwargs) -> dict:
        params = super().map_gov_params(field, **kwargs)
        return {
            **params,
            **date_params(field),
            "fieldset": {"legend": {"text": field.label.text, "classes": BIG_LEGEND}},
        }


def date_params(field) -> dict:
    """The id and the three boxes of a date, for the pattern's macro."""
    words = {"year": _("Year"), "month": _("Month"), "day": _("Day")}
    order = ("year", "month", "day") if lang() == "zh" else ("day", "month", "year")
    return {
        "id": field.id + "-date",
        "items": [
            {
                "name": part,
                "id": field.id if part == order[0] else f"{field.id}-{part}",  # errors link to the first box
                "label": words[part],
                "value": field.typed[part],
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
                + (" govuk-input--error" if field.errors else ""),
                "inputmode": "numeric",
            }
            for part in order
        ],
        "namePrefix": field.name,
    }
