"""The forms of a file on a false accusation: its grounds, the answer to it, where it goes, what came of it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.complaints.false_accusation import LONGEST, LONGEST_NAME, NO, NOT_KNOWN, YES
from casebook.complaints.false_words import LEVELS, ROUTES, STATUSES, UNKNOWN, routes_for
from casebook.models import FalseAccusation, Naming
from rules.vocabulary import vocabulary
from web.choices import choose, worded
from web.fields import ChoicesField, DateField, Filled
from web.forms import MANY, BaseForm
from web.i18n import lang
from web.widgets import Checkboxes, Radios, Select, TextArea, TextInput


def _offered(fact: str) -> list[SelectChoice]:
    return [SelectChoice(one.value, one.label(lang())) for one in vocabulary().facts[fact].choices]


class ProposeForm(BaseForm):
    fabrication_is = RadioField(
        lazy("Is it established that facts were invented or material was forged?"),
        [Filled(lazy("Say whether invention is established."))],
        widget=Radios(), validate_choice=False,
    )  # fmt: skip
    fabrication = TextAreaField(
        lazy("Evidence of invention"), [Length(max=LONGEST, message=MANY)], widget=TextArea(),
        description=lazy("Name each piece of evidence and what it shows. Write nothing that tells of the author."),
    )  # fmt: skip
    intent_is = RadioField(
        lazy("Is the intent to frame established?"),
        [Filled(lazy("Say whether intent is established."))],
        widget=Radios(), validate_choice=False,
    )  # fmt: skip
    intent = TextAreaField(
        lazy("Evidence of intent"), [Length(max=LONGEST, message=MANY)], widget=TextArea(),
        description=lazy("Evidence of its own: that something was untrue shows no intent."),
    )  # fmt: skip
    aggravators = ChoicesField(
        lazy("Aggravating circumstances (rules on handling complaints, art. 41)"),
        widget=Checkboxes(),
        validate_choice=False,
    )
    instigated = RadioField(
        lazy("Did somebody tell, incite or hire others to accuse? (optional)"),
        widget=Radios(), validate_choice=False,
        description=lazy("Write no name here. Whoever did is treated alike where the text of the place says so."),
    )  # fmt: skip
    managing_level = SelectField(
        lazy("Who manages the respondent as a cadre"), widget=Select(), validate_choice=False,
        description=lazy("It decides the level of the approval: province where the province manages the cadre."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        answers = [
            SelectChoice(YES, _("Yes, by the evidence below")), SelectChoice(NO, _("Checked: there was none")),
            SelectChoice(NOT_KNOWN, _("Not established yet")),
        ]  # fmt: skip
        self.fabrication_is.choices = self.intent_is.choices = answers
        self.instigated.choices = [SelectChoice(YES, _("Yes, by evidence")), *answers[1:]]
        self.aggravators.choices = _offered("false_accusation_aggravators")
        self.managing_level.choices = choose(_offered("managing_authority_level"))


class ApproveForm(BaseForm):
    level = RadioField(
        lazy("Level of the organ that approved"),
        [Filled(lazy("Choose the level of the organ."))],
        widget=Radios(), validate_choice=False,
    )  # fmt: skip
    organ = StringField(
        lazy("Organ that approved"),
        [Filled(lazy("Name the organ.")), Length(max=LONGEST_NAME, message=MANY)], widget=TextInput(),
    )  # fmt: skip
    reference = StringField(
        lazy("Reference of the approval"),
        [Filled(lazy("Enter the reference.")), Length(max=LONGEST_NAME, message=MANY)], widget=TextInput(),
    )  # fmt: skip
    approved_on = DateField(lazy("Approved on"), [Filled(lazy("Enter the day of the approval."))])
    accuser_status = RadioField(
        lazy("Status of the person"),
        [Filled(lazy("Choose the status of the person."))],
        widget=Radios(), validate_choice=False,
    )  # fmt: skip

    def __init__(self, *args, row: FalseAccusation, **kwargs):
        super().__init__(*args, **kwargs)
        levels = list(LEVELS)
        named = row.complaint.naming == Naming.REAL_NAME
        if not named and not self.accuser_status.data:
            self.accuser_status.data = UNKNOWN  # there is no other answer
        self.accuser_status.choices = worded(
            STATUSES, [code for code in STATUSES if (code != UNKNOWN) == named]
        )
        self.level.choices = worded(LEVELS, levels[levels.index(row.advice["approval_level_min"]) :])


class RefuseForm(BaseForm):
    reason = TextAreaField(
        lazy("Why it is not approved"),
        [Filled(lazy("Say why it is not approved.")), Length(max=LONGEST, message=MANY)], widget=TextArea(),
    )  # fmt: skip


class RouteForm(BaseForm):
    routes = ChoicesField(lazy("How it is dealt with"), widget=Checkboxes(), validate_choice=False)
    to = StringField(
        lazy("Passed on to"),
        [Filled(lazy("Name to whom it goes.")), Length(max=LONGEST_NAME, message=MANY)], widget=TextInput(),
    )  # fmt: skip
    routed_on = DateField(lazy("Passed on, day"), [Filled(lazy("Enter the day on which it was passed on."))])

    def __init__(self, *args, row: FalseAccusation, **kwargs):
        super().__init__(*args, **kwargs)
        self.routes.choices = worded(ROUTES, routes_for(row.accuser_status))


class CloseForm(BaseForm):
    outcome = TextAreaField(
        lazy("What came of it"),
        [Filled(lazy("Say what came of it.")), Length(max=LONGEST, message=MANY)], widget=TextArea(),
    )  # fmt: skip
    gains = TextAreaField(
        lazy("Gains undone (rules on handling complaints, art. 43)"),
        [Filled(lazy("Say which gains were undone, or that there were none.")), Length(max=LONGEST, message=MANY)],
        widget=TextArea(),
        description=lazy("Posts, ranks, titles, degrees or awards gained by it, and what was proposed; or none."),
    )  # fmt: skip
    closed_on = DateField(lazy("Closed on"), [Filled(lazy("Enter the day on which it was closed."))])
