"""What may be said to us: which kind of sheet, and the file."""
from django import forms
from django.utils.translation import gettext_lazy as _


class Upload(forms.Form):
    file = forms.FileField(label=_("File"), max_length=150, allow_empty_file=True,
                           error_messages={"required": _("No file is chosen. Choose a CSV or XLSX file."),
                                           "max_length": _("The file's name is too long. Rename it.")})
