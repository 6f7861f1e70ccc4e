"""The forms of the public door: the report, what is written through a receipt, and the receipt itself."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from casebook.complaints.door import CARES, KINDS
from casebook.complaints.names import name_problem
from casebook.errors import Problem
from casebook.fields import text_problem
from casebook.models import Naming, Organisation
from casebook.procedure import code
from casebook.seal.drafts import RECEIPT_LENGTH
from casebook.seal.marks import classified
from web.choices import worded
from web.fields import ChoicesField, plain_lines
from web.forms import BaseForm
from web.i18n import both, lang
from web.widgets import Checkboxes, Radios, TextArea, TextInput

LONGEST_TEXT = 20_000
LONGEST_LINE = 100


def offer_organs(field: RadioField, organs: Sequence[Organisation]) -> dict[str, Organisation]:
    """The organs to choose from, by their codes; a single one is chosen already."""
    field.choices = [SelectChoice(one.code, both({"zh": one.name_zh, "en": one.name_en})) for one in organs]
    if len(organs) == 1:
        field.data = organs[0].code
    return {organ.code: organ for organ in organs}


class SealedForm(BaseForm):
    """A form of people without an account: every text is checked for what cannot be kept and what must not be sent."""

    LINES: tuple[str, ...] = ()
    NAMES: tuple[str, ...] = ()
    TEXTS: tuple[str, ...] = ()

    def read(self) -> bool:
        """Check everything typed; what is wrong stands with its field, and everything typed stays as it was."""
        self.validate()
        for name in (*self.LINES, *self.TEXTS):
            if not self[name].errors and (problem := self._wrong(name)):
                self.add_error(name, problem.message(lang()))
        return not self.errors

    def typed(self, name: str) -> str:
        return plain_lines(self[name].data).strip()

    def _wrong(self, name: str) -> Problem | None:
        longest = LONGEST_TEXT if name in self.TEXTS else LONGEST_LINE
        text = self.typed(name)
        problem = text_problem(text, longest, one_line=name in self.LINES)
        if problem is None and name in self.NAMES:
            problem = name_problem(text)
        return problem or secret_problem(text)


def secret_problem(text: str) -> Problem | None:
    """A mark of classification: such material must not travel this way, whoever sends it."""
    found = classified(text)
    if not found:
        return None
    return Problem(
        f"出现密级标志“{found}”。国家秘密不得在本系统填写或者上传，请删去涉密内容；确需反映的，按保密规定当面递交。",
        f"It bears the classification mark “{found}”. State secrets must not be entered or uploaded here: remove "
        "them; what has to be reported all the same is handed over in person under the rules on secrecy.",
    )


class ReportForm(SealedForm):
    """What is reported, of whom, and by whom if they say so."""

    LINES = (
        "about_name", "about_unit", "about_post", "since", "earlier", "name", "contact", "identity_number",
    )  # fmt: skip
    NAMES = ("about_name", "about_unit", "about_post", "name")
    TEXTS = ("text", "care_words")
    OWN = ("name", "contact", "identity_number")

    organ = RadioField(lazy("To which organ?"), widget=Radios(), validate_choice=False)
    about_name = StringField(lazy("Name of the person reported"), widget=TextInput())
    about_unit = StringField(lazy("Their unit"), widget=TextInput())
    about_post = StringField(lazy("Their post (optional)"), widget=TextInput())
    text = TextAreaField(
        lazy("What happened?"),
        widget=TextArea(),
        description=lazy(
            "When, where, who did what, how you know it, and who or what can prove it. Keep what you know apart from "
            "what you suppose. If you want to stay anonymous, do not write who you are."
        ),
    )
    since = StringField(
        lazy("Since when, or on which day? (optional)"),
        widget=TextInput(),
        description=lazy("As exactly as you know it: a day, a month, or “for two years”."),
    )
    earlier = StringField(
        lazy("Have you reported this before? To whom, and what was the answer? (optional)"),
        widget=TextInput(),
    )
    naming = RadioField(lazy("Do you report in your own name?"), widget=Radios(), validate_choice=False)
    name = StringField(lazy("Your name, or the name of your unit"), widget=TextInput())
    contact = StringField(
        lazy("How you can be reached"),
        widget=TextInput(),
        description=lazy("Telephone or address, as you wish. Do not give a contact at your unit."),
    )
    identity_number = StringField(
        lazy("Number of your identity card (optional)"),
        widget=TextInput(),
        description=lazy("It helps to show that the name is real. It is sealed like the name."),
    )
    care = ChoicesField(
        lazy("Do you need protection? (optional)"), widget=Checkboxes(), validate_choice=False
    )
    care_words = TextAreaField(
        lazy("What has happened to you, or what do you fear? (optional)"), widget=TextArea()
    )

    def __init__(self, *args, organs: Sequence[Organisation] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.organs = offer_organs(self.organ, organs)
        self.naming.choices = [
            SelectChoice(str(Naming.REAL_NAME), _("Yes, in my own name")),
            SelectChoice(str(Naming.ANONYMOUS), _("No, anonymously")),
        ]
        self.care.choices = [
            SelectChoice("protection", _("I ask to be protected")),
            SelectChoice("retaliation", _("Somebody has taken revenge on me, or threatens to")),
        ]
        self.care.data = [one for one in self.care.data or () if one in CARES]

    @property
    def is_real_name(self) -> bool:
        return self.naming.data == Naming.REAL_NAME

    def validate_organ(self, field) -> None:
        if field.data not in self.organs:
            raise ValidationError(_("Choose the organ to which your report goes."))

    def validate_about_name(self, field) -> None:
        if not self.typed("about_name") and not self.typed("about_unit"):
            raise ValidationError(_("Write the name of the person reported, or at least the unit."))

    def validate_text(self, field) -> None:
        if not self.typed("text"):
            raise ValidationError(_("Write what happened."))

    def validate_naming(self, field) -> None:
        if field.data not in (Naming.REAL_NAME, Naming.ANONYMOUS):
            raise ValidationError(_("Say whether you report in your own name or anonymously."))
        if field.data == Naming.ANONYMOUS and any(self.typed(name) for name in self.OWN):
            raise ValidationError(
                _("You chose to stay anonymous, but your name or contact is filled in below. Empty those boxes, "
                  "or choose to report in your own name.")
            )  # fmt: skip

    def validate_name(self, field) -> None:
        if self.is_real_name and not self.typed("name"):
            raise ValidationError(_("A report in your own name needs your name."))

    def validate_contact(self, field) -> None:
        if self.is_real_name and not self.typed("contact"):
            raise ValidationError(
                _("A report in your own name needs a way to reach you; without one it counts as anonymous.")
            )

    def sealed(self) -> dict[str, str]:
        """What goes under the seal; what was left empty is not kept."""
        typed = {name: self.typed(name) for name in (*self.LINES, "text") if name != "since"}
        if since := self.typed("since"):
            typed["text"] += f"\n\n【发生时间】{since}"  # read by the organ, whose language is Chinese
        if not self.is_real_name:
            typed |= dict.fromkeys(self.OWN, "")
        return {name: words for name, words in typed.items() if words}

    def carried(self) -> list[tuple[str, str]]:
        """Everything typed, as hidden fields of the next page."""
        fields = [(name, self[name].data or "") for name in ("organ", "naming", *self.LINES, *self.TEXTS)]
        return fields + [("care", one) for one in self.care.data]


class LetterForm(SealedForm):
    """What the author writes through the receipt."""

    TEXTS = ("words",)

    kind = RadioField(lazy("What do you write?"), widget=Radios(), validate_choice=False)
    words = TextAreaField(
        lazy("What you want to say"),
        widget=TextArea(),
        description=lazy("If you want to stay anonymous, do not write who you are."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind.data = self.kind.data or "message"
        self.offer(True)

    def offer(self, may_object: bool) -> None:
        """Put what may be written now into the list."""
        self.kind.choices = worded(KINDS, [kind for kind in KINDS if may_object or kind != "objection"])

    def validate_kind(self, field) -> None:
        if field.data not in KINDS:
            raise ValidationError(_("Say what you write."))

    def validate_words(self, field) -> None:
        if not self.typed("words") and self.kind.data not in CARES:
            raise ValidationError(_("Write your words."))


class ReceiptForm(BaseForm):
    receipt = StringField(
        lazy("Your receipt"),
        widget=TextInput(),
        description=lazy("Twenty signs. Capitals, dashes and spaces do not matter."),
    )

    @property
    def whole(self) -> str:
        """The receipt as it is looked up; "" with the reason at the box if it cannot be one."""
        typed = code.normal(self.receipt.data or "")
        if message := self._slip(typed):
            self.add_error("receipt", message)
            return ""
        return typed

    def _slip(self, typed: str) -> str:
        if not typed:
            return _("Enter your receipt.")
        if foreign := code.foreign(typed):
            signs = _(", ").join(f"“{sign}”" for sign in foreign[:5])
            return _(
                "No receipt has the sign %(signs)s. A receipt is made of these only: %(alphabet)s.",
                signs=signs,
                alphabet=" ".join(code.ALPHABET),
            )
        if len(typed) != RECEIPT_LENGTH:
            return _("A receipt has 20 signs; you wrote %(count)d.", count=len(typed))
        if not code.is_whole(typed):
            return _(
                "This receipt was mistyped: at least one sign is not right. Compare it sign by sign with what you "
                "wrote down."
            )
        return ""
