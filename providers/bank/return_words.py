"""Words by which banks say in a text that a line takes an earlier credit back."""

from __future__ import annotations

import re
import unicodedata

# R01 and the like are return codes of Nacha's rules for the ACH.
_WORDS = re.compile(
    r"\b(?:"
    # English
    r"returned|returns?|rtn|rtnd|nsf|bounced|unpaid|dishonou?red|charge ?backs?|revers(?:al|ed)|"
    r"r(?:0[1-4789]|10|16|20|29)|"
    r"recalled|uncollected|refer to drawer|insufficient funds|payment stopped|stop payment|"
    # German; umlauts lose their dots or are written with an e
    r"\w*rue?ck(?:last|gabe|buchung)\w*|rue?cklauf\w*|rue?cklae?ufer\w*|rue?ckruf\w*|"
    r"rue?ckue?berweisung\w*|retouren?|storno\w*|storniert|"
    r"widerspruch|nicht eingelo?e?st|mangels deckung|"
    # French
    r"impayee?s?|rejet\w*|retour|sans provision|contre ?passation|contre ?passee?|"
    # Spanish, Portuguese, Italian
    r"devuelt[oa]s?|devolucion(?:es)?|impagad[oa]s?|rechazad[oa]s?|retrocesion|devolvid[oa]s?|"
    r"devolucao|estorno|insolut[oi]|impagato|stornat[oi]|respint[oi]|"
    # Dutch, the Nordic languages, Polish
    r"gestorneerd|stornering|terugboeking|teruggeboekt|onbetaald|retur|"
    r"tilbagefort|zwrot"
    r")\b"
)


def says_returned(text: str) -> bool:
    """Whether one of these words stands in a text, in any case, with or without accents."""
    return bool(_WORDS.search(" ".join(words(text))))


def words(text: str) -> list[str]:
    """The words and numbers of a text without accents, case and signs."""
    bare = text.casefold()
    if not bare.isascii():
        folded = unicodedata.normalize("NFKD", bare.replace("ø", "o").replace("ł", "l"))
        bare = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return re.findall(r"\w+", bare.replace("_", " "))
