"""How mail programs head what they quote, in the languages that we write in; the same quoted mail
of Cedar's under each."""

from __future__ import annotations

CEDAR, FROM = "Cedar Books <ar@cedar.example>", "ar@cedar.example"
SENT = (
    "Hello Ash,\n\nWe have not yet received full payment for invoice INV-1, which was due on March"
    " 1, 2026; $100.00 is open.\n\nKind regards\nCedar Books"
)
"""A message of ours."""
WROTE = {
    "Gmail en": f"On Mon, Mar 2, 2026 at 2:00\u202fPM {CEDAR} wrote:",
    "Gmail wrapped": "On Mon, Mar 2, 2026 at 2:00\u202fPM Cedar Books\n<ar@cedar.example> wrote:",
    "Gmail de": f"Am Mo., 2. März 2026 um 14:00 Uhr schrieb {CEDAR}:",
    "Gmail fr": f"Le lun. 2 mars 2026 à 14:00, {CEDAR} a écrit :",
    "Gmail es": "El lun, 2 mar 2026 a las 14:00, Cedar Books (<ar@cedar.example>) escribió:",
    "Gmail nl": f"Op ma 2 mrt 2026 om 14:00 schreef {CEDAR}:",
    "Apple en": f"On 2 Mar 2026, at 14:00, {CEDAR} wrote:",
    "Apple de": f"Am 02.03.2026 um 14:00 schrieb {CEDAR}:",
    "Apple fr": f"Le 2 mars 2026 à 14:00, {CEDAR} a écrit :",
    "Apple es": f"El 2 mar 2026, a las 14:00, {CEDAR} escribió:",
    "Apple nl": f"Op 2 mrt 2026, om 14:00 heeft {CEDAR} het volgende geschreven:",
    "Thunderbird en": "On 3/2/26 14:00, Cedar Books wrote:",
    "Thunderbird de": "Am 02.03.26 um 14:00 schrieb Cedar Books:",
    "Thunderbird fr": "Le 02/03/2026 à 14:00, Cedar Books a écrit :",
    "Thunderbird es": "El 2/3/26 a las 14:00, Cedar Books escribió:",
    "Thunderbird nl": "Op 02-03-2026 om 14:00 schreef Cedar Books:",
    "Yahoo de": f"Am Montag, 2. März 2026 um 14:00:00 MEZ hat {CEDAR} Folgendes geschrieben:",
}
_RULE = "_" * 32
OUTLOOK = {
    "en": f"From: {CEDAR}\nSent: Monday, 2 March 2026 14:00\nTo: Mia Lee <mia@ash.example>\n"
    "Subject: Reminder",
    "de": f"Von: {CEDAR}\nGesendet: Montag, 2. März 2026 14:00\nAn: Mia Lee <mia@ash.example>\n"
    "Betreff: Reminder",
    "fr": f"De : {CEDAR}\nEnvoyé : lundi 2 mars 2026 14:00\nÀ : Mia Lee <mia@ash.example>\n"
    "Objet : Reminder",
    "es": f"De: {CEDAR}\nEnviado el: lunes, 2 de marzo de 2026 14:00\n"
    "Para: Mia Lee <mia@ash.example>\nAsunto: Reminder",
    "nl": f"Van: {CEDAR}\nVerzonden: maandag 2 maart 2026 14:00\nAan: Mia Lee <mia@ash.example>\n"
    "Onderwerp: Reminder",
    "old": f"-----Ursprüngliche Nachricht-----\nVon: {CEDAR}\n"
    "Gesendet: Montag, 2. März 2026 14:00\nAn: Mia Lee\nBetreff: Reminder",
    "web": f"{_RULE}\nFrom: {CEDAR}\nSent: Monday, March 2, 2026 2:00 PM\nTo: Mia Lee\n"
    "Cc: Pat Buyer\nSubject: Reminder",
}
FORWARDS = {
    "Gmail": "---------- Forwarded message ---------\nFrom: Boss <boss@ash.example>\n"
    "Date: Mon, Mar 2, 2026 at 2:00 PM\nSubject: INV-1\nTo: Mia Lee <mia@ash.example>",
    "Gmail fr": "---------- Forwarded message ---------\nDe : Boss <boss@ash.example>\n"
    "Date: lun. 2 mars 2026 à 14:00\nSubject: INV-1\nTo: Mia Lee <mia@ash.example>",
    "Apple": "Begin forwarded message:\n\nFrom: Boss <boss@ash.example>\nSubject: INV-1\n"
    "Date: 2 March 2026 at 14:00\nTo: Mia Lee <mia@ash.example>",
    "Apple de": "Anfang der weitergeleiteten Nachricht:\n\nVon: Boss <boss@ash.example>\n"
    "Betreff: INV-1\nDatum: 2. März 2026 um 14:00\nAn: Mia Lee <mia@ash.example>",
    "Apple es": "Inicio del mensaje reenviado:\n\nDe: Boss <boss@ash.example>\nAsunto: INV-1\n"
    "Fecha: 2 de marzo de 2026, 14:00\nPara: Mia Lee <mia@ash.example>",
    "Thunderbird nl": "-------- Doorgestuurd bericht --------\nOnderwerp: INV-1\n"
    "Datum: Mon, 2 Mar 2026 14:00\nVan: Boss <boss@ash.example>\nAan: Mia <mia@ash.example>",
    "Outlook": f"{_RULE}\nFrom: Boss <boss@ash.example>\nSent: Monday, 2 March 2026 14:00\n"
    "To: Mia Lee\nSubject: INV-1",
}
PHONES = (
    "Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone",
    "Enviado desde mi iPhone", "Verstuurd vanaf mijn iPhone", "Get Outlook for iOS",
    "Get Outlook for Android<https://aka.ms/AAb9ysg>", "Gesendet von Outlook für iOS",
    "Télécharger Outlook pour iOS", "Obtener Outlook para Android", "Outlook voor iOS downloaden",
    "Envoyé depuis mon appareil Galaxy", "Von meinem Samsung Gerät gesendet",
    "Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.",
)  # fmt: skip


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
