"""The ordinary forms of the site. The intake form, built from the vocabulary, is in web.fact_form."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf.i18n import translations
from wtforms import (
    Field,
    FileField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, Regexp, ValidationError

from casebook.procedure.workflow import STAGES
from web.fields import DateField, Filled
from web.i18n import lang
from web.widgets import FileInput, Password, Radios, Select, TextArea, TextInput

MANY = lazy("Use at most %(max)d characters.")


class BaseForm(Form):
    """A form in the language of the request. CSRF is checked for every POST before any form is read."""

    class Meta:
        def get_translations(self, form):
            return translations

    @property
    def error_list(self) -> list[dict]:
        """What the error summary lists, in the order of the fields, each with a link to its field."""
        return [{"text": error_words(field), "href": f"#{field.id}"} for field in self if field.errors]

    def add_error(self, name: str, message: str) -> None:
        self[name].errors = [*self[name].errors, message]


# What is said of any text (casebook.fields, MANY) names no field; the summary has to.
_OF_ANY_TEXT = re.compile(
    "此项必填|应为文字|最多 |含有无法保存|应写成一行"
    "|This must (not be empty|be text)|(Use a|A)t most |Contains control|Write it on one line"
)


def error_words(field: Field) -> str:
    """The error as the summary says it: with the name of its field where the words fit any text."""
    error = str(field.errors[0])
    if not _OF_ANY_TEXT.match(error):
        return error
    name = re.sub(r"[ （(]+(optional|选填)[)）]$", "", str(field.label.text))
    return _("%(field)s: %(error)s", field=name, error=error)


class SignInForm(BaseForm):
    login = StringField(lazy("Account"), [Filled(lazy("Enter your account name."))], widget=TextInput())
    password = PasswordField(lazy("Password"), [Filled(lazy("Enter your password."))], widget=Password())


class PasswordForm(BaseForm):
    current = PasswordField(
        lazy("Current password"), [Filled(lazy("Enter your current password."))], widget=Password()
    )
    new = PasswordField(
        lazy("New password"),
        [Filled(lazy("Enter a new password."))],
        widget=Password(),
        description=lazy("At least 12 characters. A sentence is easy to remember and hard to guess."),
    )
    again = PasswordField(
        lazy("New password, once more"),
        [Filled(lazy("Enter the new password once more."))],
        widget=Password(),
    )

    def validate_again(self, field) -> None:
        if field.data != self.new.data:
            raise ValidationError(_("The two new passwords differ."))


class LanguageForm(BaseForm):
    language = RadioField(
        lazy("Language of the pages"),
        widget=Radios(),
        choices=[SelectChoice("zh", "中文"), SelectChoice("en", "English")],
    )


class FilterForm(BaseForm):
    """The workbench's search, sent by GET."""

    q = StringField(lazy("Number, title or name"), widget=TextInput())
    whose = SelectField(lazy("Whose"), widget=Select(), validate_choice=False)
    stage = SelectField(lazy("Stage"), widget=Select(), validate_choice=False)
    status = SelectField(lazy("Status"), widget=Select(), validate_choice=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stage.choices = [SelectChoice("", _("All"))] + [
            SelectChoice(stage, name.message(lang())) for stage, name in STAGES.items()
        ]
        self.status.choices = [
            SelectChoice("", _("All")),
            SelectChoice("draft", _("Being prepared")),
            SelectChoice("recommended", _("Recommendation given")),
            SelectChoice("withheld", _("Withheld")),
        ]

    def whose_choices(self, role: str) -> list[str]:
        """Whose cases a person of this role may ask for; puts them into the list."""
        words = {"mine": _("Mine"), "waiting": _("Waiting for me"), "all": _("All that I may read")}
        if role == "officer":
            words["all"] = _("All of my organ")
        else:
            del words["mine"]
        self.whose.choices = [SelectChoice(code, text) for code, text in words.items()]
        return list(words)


CONDUCT_KINDS = ("on", "span", "before", "published", "unknown")


class CaseForm(BaseForm):
    """What a case is opened with: whose conduct, when, where."""

    title = StringField(
        lazy("Title of the case"),
        [Filled(lazy("Enter a title for the case.")), Length(max=200, message=MANY)],
        widget=TextInput(),
        description=lazy("A short line by which you will find it again."),
    )
    respondent_name = StringField(
        lazy("Respondent"),
        [Filled(lazy("Enter the name of the respondent.")), Length(max=100, message=MANY)],
        widget=TextInput(),
        description=lazy("The official whose conduct is judged."),
    )
    respondent_post = StringField(
        lazy("Post (optional)"), [Length(max=100, message=MANY)], widget=TextInput()
    )
    respondent_unit = StringField(
        lazy("Unit (optional)"), [Length(max=100, message=MANY)], widget=TextInput()
    )
    conduct_kind = RadioField(
        lazy("When did the conduct take place?"),
        widget=Radios(),
        validate_choice=False,
        description=lazy(
            "The law in force at that time governs. Where only a month or a year is known, leave the rest empty."
        ),
    )
    conduct_from = DateField(lazy("Date, or first day"), partial=True)
    conduct_to = DateField(lazy("Last day (only for a period)"), partial=True)
    region = StringField(
        lazy("Region code (optional)"),
        [Optional(), Regexp(r"\s*\d{6}\s*\Z", message=lazy("A region code has six digits, as in 350100."))],
        widget=TextInput(),
        description=lazy(
            "Six digits of the administrative division, as in 350100. Empty: national rules only."
        ),
    )
    summary = TextAreaField(
        lazy("What happened, in a few sentences (optional)"),
        [Length(max=20_000, message=MANY)],
        widget=TextArea(),
    )
    seen_version = HiddenField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conduct_kind.choices = [
            SelectChoice("on", _("On one day, or in a month or year")),
            SelectChoice("span", _("Over a period")),
            SelectChoice("before", _("Only known: before a date")),
            SelectChoice("published", _("Only known: when it was made public")),
            SelectChoice("unknown", _("Not established")),
        ]

    def validate_conduct_kind(self, field) -> None:
        if field.data not in CONDUCT_KINDS:
            raise ValidationError(_("Say when the conduct took place, or choose “Not established”."))

    def validate_conduct_from(self, field) -> None:
        if self.conduct_kind.data in ("on", "span", "before", "published") and field.blank:
            raise ValidationError(_("Write the date, or at least the year."))
        if self.conduct_kind.data == "unknown" and not field.blank:
            raise ValidationError(
                _("A date is written although “Not established” is chosen. Choose one of the two.")
            )

    def validate_conduct_to(self, field) -> None:
        if self.conduct_kind.data != "span":
            if not field.blank:
                raise ValidationError(
                    _("A last day belongs to a period only. Choose “Over a period”, or empty it.")
                )
            return
        if field.blank:
            raise ValidationError(_("Write the last day of the period."))
        first, last = self.conduct_from.data, field.data
        if first and last and last[: len(first)] < first[: len(last)]:
            raise ValidationError(_("The last day is before the first."))

    @property
    def conduct(self) -> object:
        """The time of the conduct as rules.conduct reads it."""
        kind, first, last = self.conduct_kind.data, self.conduct_from.data, self.conduct_to.data
        if kind == "span":
            return {"from": first, "to": last}
        return {"on": first, "before": {"before": first}, "published": {"published": first}}.get(kind)

    @staticmethod
    def fields_of_conduct(value: object) -> dict:
        """The reverse of `conduct`, to fill the form from a stored case."""
        if isinstance(value, dict) and "from" in value:
            return {"conduct_kind": "span", "conduct_from": value["from"], "conduct_to": value["to"]}
        if isinstance(value, dict):
            kind = "before" if "before" in value else "published"
            return {"conduct_kind": kind, "conduct_from": value[kind]}
        return {"conduct_kind": "on" if value else "unknown", "conduct_from": value}


class UploadForm(BaseForm):
    file = FileField(
        lazy("Choose a file"),
        widget=FileInput(),
        description=lazy("PDF, Word, Excel, PNG, JPG or plain text; 20 MB at most."),
    )
    fact_id = SelectField(
        lazy("Which question does it support? (optional)"), widget=Select(), validate_choice=False
    )
