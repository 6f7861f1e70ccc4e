"""The forms of a return to office: that the period is over, the person's report, conditions, opinions, appointment."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from casebook.clearance.returns import BY_HAND
from rules.vocabulary import vocabulary
from web.fields import DateField, Filled
from web.forms import MANY, BaseForm
from web.i18n import lang
from web.widgets import Radios, TextArea, TextInput

YES, NO, OPEN = "yes", "no", ""


class NoticeForm(BaseForm):
    recipient = StringField(lazy("Told to"), [Filled(lazy("Name who was told."))], widget=TextInput())
    how = StringField(
        lazy("How"),
        [Filled(lazy("Say how it was told."))],
        widget=TextInput(),
        description=lazy("In a talk, in writing and signed for, by post …"),
    )
    given_on = DateField(lazy("Told on"), [Filled(lazy("Enter the day on which the person was told."))])


class ConditionsForm(BaseForm):
    """The conditions that nobody but people can answer; what is left open is unknown to the rules."""

    performance_after = RadioField(widget=Radios(), validate_choice=False)
    incident_settled = RadioField(widget=Radios(), validate_choice=False)
    reflection_ok = RadioField(widget=Radios(), validate_choice=False)
    suitable_post_exists = RadioField(widget=Radios(), validate_choice=False)
    no_other_impediment = RadioField(widget=Radios(), validate_choice=False)
    superior_approval_obtained = RadioField(widget=Radios(), validate_choice=False)

    def __init__(self, *args, by_superior: bool = False, **kwargs):
        """`by_superior`: the superior's approval is given in this system, and not entered by hand."""
        super().__init__(*args, **kwargs)
        if by_superior:
            del self.superior_approval_obtained
        for name in self.conditions:
            field, fact = self[name], vocabulary().facts[name]
            field.label.text, field.description = fact.label(lang()), fact.help(lang())
            known = [SelectChoice(one.value, one.label(lang())) for one in fact.choices] or [
                SelectChoice(YES, _("Yes")),
                SelectChoice(NO, _("No")),
            ]
            field.choices = [*known, SelectChoice(OPEN, _("Not established"))]
            if field.data is None:
                field.data = OPEN

    @property
    def conditions(self) -> list[str]:
        return [name for name in BY_HAND if name in self]

    def values(self) -> dict[str, object]:
        """The answers as the rules read them; an unknown word stays one and is refused by the record."""
        plain = {YES: True, NO: False}
        found = {}
        for name in self.conditions:
            typed = self[name].data or OPEN
            found[name] = typed if vocabulary().facts[name].values else plain.get(typed, typed)
        return found

    @staticmethod
    def typed(facts: dict) -> dict[str, str]:
        """What a form shows for facts that are on record."""
        plain = {True: YES, False: NO}
        return {
            name: facts[name] if isinstance(facts[name], str) else plain[facts[name]]
            for name in BY_HAND
            if name in facts
        }


class ReportForm(ConditionsForm):
    reported_on = DateField(lazy("Written report of"), [Filled(lazy("Enter the day of the report."))])
    post = StringField(lazy("Post in view (optional)"), [Length(max=200, message=MANY)], widget=TextInput())
    post_level = RadioField(widget=Radios(), validate_choice=False)
    superior_needed = RadioField(
        lazy("Does the superior organisation and personnel department have to approve, as the place has it?"),
        widget=Radios(),
        validate_choice=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fact = vocabulary().facts["proposed_post_level"]
        self.post_level.label.text = fact.label(lang())
        self.post_level.choices = [
            *(SelectChoice(one.value, one.label(lang())) for one in fact.choices),
            SelectChoice(OPEN, _("No post is in view yet")),
        ]
        if self.post_level.data is None:
            self.post_level.data = OPEN
        self.superior_needed.choices = [SelectChoice(YES, _("Yes")), SelectChoice(NO, _("No"))]
        self.superior_needed.data = self.superior_needed.data or NO


class OpinionForm(BaseForm):
    favourable = RadioField(
        lazy("Does it agree?"),
        [Filled(lazy("Say whether you agree."))],
        widget=Radios(),
        validate_choice=False,
    )
    organ = StringField(
        lazy("Given by (optional)"),
        [Length(max=200, message=MANY)],
        widget=TextInput(),
        description=lazy("The organ or department whose opinion it is; left empty, your own."),
    )
    given_on = DateField(lazy("Given on"), [Filled(lazy("Enter the day of the opinion."))])
    words = TextAreaField(
        lazy("What the opinion says"), [Filled(lazy("Say what the opinion is.")), Length(max=4000, message=MANY)],
        widget=TextArea(),
    )  # fmt: skip
    departs_why = TextAreaField(
        lazy("Why it departs from the answer of the rules"),
        [Length(max=4000, message=MANY)],
        widget=TextArea(),
        description=lazy("Only where it says other than the rules."),
    )

    def __init__(self, *args, decides: bool = False, **kwargs):
        """`decides`: it is an approval, which answers for a departure from the rules."""
        super().__init__(*args, **kwargs)
        if not decides:
            del self.departs_why
        self.favourable.choices = [SelectChoice(YES, _("Agrees")), SelectChoice(NO, _("Does not agree"))]


class AppointmentForm(BaseForm):
    restored = TextAreaField(
        lazy("What the person was given"),
        [Filled(lazy("Say what the person was given.")), Length(max=4000, message=MANY)],
        widget=TextArea(),
        description=lazy("Post, rank, pay, and from when."),
    )
    not_restored = TextAreaField(
        lazy("What was not given back"),
        [Filled(lazy("Say what was not given back.")), Length(max=4000, message=MANY)],
        widget=TextArea(),
        description=lazy(
            "The end of a period gives back no post, rank or grade; promotion is no longer affected "
            "(Law on Administrative Discipline for Public Officials, art. 26)."
        ),
    )
    given_on = DateField(lazy("Appointed on"), [Filled(lazy("Enter the day of the appointment."))])
