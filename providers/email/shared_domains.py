"""Domains under which anybody can have an address: one of them says nothing of its neighbours."""

from __future__ import annotations

FAMILIES = frozenset({"aol", "gmx", "hotmail", "live", "outlook", "yahoo", "yandex"})
"""The first label, whatever the country that follows."""
_NAMES = """
126.com 163.com a1.net alice.it arcor.de att.net bell.net bellsouth.net bigpond.com
bigpond.net.au bluewin.ch blueyonder.co.uk bt.com btinternet.com centurylink.net charter.net
chello.nl comcast.net cox.net duck.com earthlink.net eircom.net fastmail.com fastmail.fm free.fr
freenet.de frontier.com gmail.com googlemail.com hetnet.nl hey.com home.nl hushmail.com
icloud.com iinet.net.au inbox.com juno.com kpnmail.nl laposte.net libero.it mac.com mail.com
mail.de mail.ru mailbox.org me.com msn.com naver.com neuf.fr ntlworld.com numericable.fr
online.no optonline.net optusnet.com.au orange.es orange.fr outlook.de ozemail.com.au
pacbell.net planet.nl pm.me posteo.de proton.me protonmail.ch protonmail.com qq.com
rediffmail.com roadrunner.com rocketmail.com rogers.com rr.com sbcglobal.net sfr.fr shaw.ca
sky.com skynet.be sympatico.ca t-online.de talktalk.net telefonica.net telenet.be telus.net
terra.es tin.it tiscali.co.uk tiscali.it tpg.com.au tuta.com tutanota.com upcmail.nl verizon.net
videotron.ca virgilio.it virgin.net virginmedia.com wanadoo.fr web.de windstream.net xs4all.nl
xtra.co.nz ymail.com ziggo.nl zoho.com zohomail.com
"""
DOMAINS = frozenset(_NAMES.split())


def is_shared(domain: str) -> bool:
    """Whether strangers may have addresses under it; in lower case."""
    return domain in DOMAINS or domain.partition(".")[0] in FAMILIES
