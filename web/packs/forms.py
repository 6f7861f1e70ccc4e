"""The forms of a rule pack of the site."""

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import FileField, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

from casebook.packs.checking import LONGEST
from web.fields import DateField, Filled
from web.forms import MANY, BaseForm
from web.widgets import FileInput, Password, TextArea, TextInput


class DraftForm(BaseForm):
    """A text, typed or from a file, why it is made, and from which day it is to be in force."""

    reason = TextAreaField(
        lazy("Why this version is made"),
        [Filled(lazy("Say why this version is made.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
        description=lazy("Which document was issued or changed, and who asked for the pack."),
    )
    from_on = DateField(
        lazy("In force from"),
        [Filled(lazy("Say from which day it is to be in force."))],
        description=lazy(
            "Cases decided from this day on are decided with it. "
            "To which conduct a rule applies is said in the text, under “effective”."
        ),
    )
    file = FileField(
        lazy("Take the text from a file (optional)"),
        widget=FileInput(),
        description=lazy("A YAML file in UTF-8. It takes the place of what stands in the box below."),
    )
    text = TextAreaField(lazy("Text of the pack"), widget=TextArea())
    seen = HiddenField()

    def take_file(self) -> None:
        """Put the text of the file, if one was chosen, into the box, so that it is not lost whatever is wrong."""
        chosen = request.files.get("file")
        if chosen is None or not chosen.filename:
            return
        content = chosen.stream.read(4 * LONGEST + 1)
        try:
            self.text.data = content[: 4 * LONGEST].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.add_error(
                "file",
                _(
                    "Line %(line)d of the file is not UTF-8. Save it as UTF-8 and choose it again. "
                    "The box below is unchanged.",
                    line=line,
                ),
            )
            return
        if len(content) > 4 * LONGEST:
            self.add_error("file", _("The file is too large: %(most)d characters at most.", most=LONGEST))

    def validate_text(self, field) -> None:
        """What is wrong with the text is said by the record, with its line."""


class BackForm(BaseForm):
    """Bringing an earlier version back: why, and from when."""

    reason = TextAreaField(
        lazy("Why the earlier version is brought back"),
        [Filled(lazy("Say why.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
    )
    from_on = DateField(lazy("In force from"), [Filled(lazy("Say from which day it is to be in force."))])


def _password() -> PasswordField:
    return PasswordField(
        lazy("Your password"),
        [Filled(lazy("Enter your password."))],
        widget=Password(),
        description=lazy("Your signature. What you type here is not stored."),
    )


class ApproveForm(BaseForm):
    words = TextAreaField(lazy("Remarks (optional)"), [Length(max=2000, message=MANY)], widget=TextArea())
    digest = HiddenField()
    password = _password()


class RefuseForm(BaseForm):
    why = TextAreaField(
        lazy("Why it is refused"),
        [Filled(lazy("Say why it is refused.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
    )
    digest = HiddenField()


class EndForm(BaseForm):
    reason = TextAreaField(
        lazy("Why it is ended"),
        [Filled(lazy("Say why it is ended.")), Length(max=2000, message=MANY)],
        widget=TextArea(),
    )
    last_on = DateField(
        lazy("Last day in force"),
        description=lazy(
            "Cases decided after it are decided without this pack, whenever the conduct took place. "
            "If a document was only repealed, write its last day into a new version instead."
        ),
    )
    password = _password()


class TrialForm(BaseForm):
    """When and where the case of a trial took place, and when it is decided."""

    conduct_on = DateField(lazy("Date of the conduct"))
    as_of = DateField(lazy("Decided on"), [Filled(lazy("Write the day of the decision."))])
    region = StringField(
        lazy("Region code (optional)"),
        [Optional(), Regexp(r"\s*\d{6}\s*\Z", message=lazy("A region code has six digits, as in 350100."))],
        widget=TextInput(),
    )
