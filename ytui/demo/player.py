"""The sample site's JavaScript player: media addresses carry a challenge that its code alone can turn.

Its shape is the one that yt-dlp-ejs looks for in a real player: a function over ``_yt_player`` that makes an
address object, one of whose methods turns ``n``. The same is done here in Python, so that the site knows.
"""

from __future__ import annotations

import hashlib

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

_CODE = """var _yt_player={};(function(g){var window=this;
var letters="%(letters)s",key=%(key)s;
var turn=function(n){
return n.split("").reverse().map(function(c,i){
return letters[(letters.indexOf(c)+key[i%%key.length]+i)%%64]}).join("")};
g.Address=function(a){this.address=a;this.fields={}};
g.Address.prototype.set=function(k,v){this.fields[k]=v};
g.Address.prototype.get=function(k){return k in this.fields?this.fields[k]:null};
g.Address.prototype.clone=function(){return this};
g.Address.prototype.apply=function(){var n=this.get("n");n&&this.set("n",turn(n))};
g.make=function(a,b,c){a=new g.Address(a);a.set("alr","yes");c&&a.set(b,encodeURIComponent(c));return a};
})(_yt_player);
"""


class Player:
    """One version of the player; everything follows from its number."""

    def __init__(self, number: int) -> None:
        digest = hashlib.sha256(f"player {number}".encode()).digest()
        self.id = digest.hex()[:8]
        self._key = [byte % 64 for byte in digest[8:20]]

    @property
    def code(self) -> str:
        """The player's JavaScript."""
        return _CODE % {"letters": _ALPHABET, "key": self._key}

    def solve(self, challenge: str) -> str:
        """What the code makes of a challenge, which consists of letters, digits, ``-`` and ``_``."""
        return "".join(
            _ALPHABET[(_ALPHABET.index(letter) + self._key[place % len(self._key)] + place) % 64]
            for place, letter in enumerate(reversed(challenge))
        )
