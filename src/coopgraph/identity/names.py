"""Names of organisations brought to a form in which they can be compared.

Case, diacritics, punctuation, legal forms and little words go; words that say what kind of body
it is become one word in all languages (Universität, université, uniwersytet → university).
Text without spaces between words (Hangul, kana, Han) is compared whole and by pairs of letters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u036f]+")
_BRACKETS: Final = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]")
_IS_ACRONYM: Final = re.compile(r"(?=[^A-Z]*[A-Z][^A-Z]*[A-Z])[\w&.-]{2,12}\Z")
_DOTTED: Final = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_SIGNS: Final = re.compile(r"[\W_]+")
_UNSPACED: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
_IS_UNSPACED: Final = re.compile(f"[{_UNSPACED}]")
_GAP: Final = re.compile(f"(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])")
_LETTERS: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "æ": "a", "œ": "o", "&": " and "}
)

_LITTLE_WORDS: Final = """
the of and for in at on to de la le les l du des d el los las di della dello dei degli delle del
dell da do dos das der die dem den und fur fuer von vom zu zur im et y e en van het voor och og
av af na w ve
"""
_LITTLE: Final = frozenset(_LITTLE_WORDS.split())  # not i: a numeral, too
_LEGAL: Final = re.compile(
    r"(?: (?:g?gmbh(?: and co(?: kg)?)?|gesellschaft mit beschrankter haftung|aktiengesellschaft|"
    r"ag|kg|kgaa|se|ev|eingetragener verein|ltd|limited|plc|llc|llp|lp|inc|incorporated|corp|"
    r"corporation|co|company|sa|s a|sas|sasu|sarl|societe anonyme|sociedad anonima|spa|s p a|"
    r"societa per azioni|srl|s r l|scarl|scrl|sl|slu|sociedad limitada|bv|b v|nv|n v|vzw|asbl|"
    r"oy|oyj|ab|asa|aps|sro|s r o|spol s r o|doo|d o o|zrt|kft|nyrt|ood|eood|ae|epe|ike|"
    r"as|a s|snc|scpa|s coop|scoop|gie|hf|ehf|ug|uab|dd|d d|ad|jsc|pjsc|ooo|oao|zao|aktiebolag|"
    r"sp zoo|sp z oo|sp z o o|spolka z ograniczona odpowiedzialnoscia|lda|limitada|ltda|"
    r"pty|pvt|private|kk|gk|onlus|ets))+$"
)
_LEGAL_UNSPACED: Final = re.compile(
    "^(?:주식회사|재단법인|사단법인|학교법인|의료법인|사회복지법인|국립대학법인|유한회사|"
    "株式会社|国立大学法人|公立大学法人|学校法人|独立行政法人|国立研究開発法人|一般財団法人|"
    "公益財団法人|一般社団法人|公益社団法人|社会医療法人|医療法人|特定非営利活動法人|有限会社)|"
    "(?:주식회사|株式会社|有限会社|股份有限公司|有限公司)$"
)

#: Words that say what kind of body it is, by the English word; the others as they are normalised.
_SAME: Final = """
university: univ universitat universite universita universidad universidade universiteit
 universitet universitetet uniwersytet univerzita univerzitet univerza universitas universitatea
 universitas sveuciliste egyetem yliopisto ulikool universitate universitat universitesi
institute: institut instituto istituto instytut instituut institutet instituti inst intezet
 ustav instituttet institutul institutas instituts
college: colegio collegio kolleg kollegium
school: schule ecole escuela escola scuola szkola hochschule hogeschool skola school skole
hospital: krankenhaus klinikum hopital hopitaux ospedale ospedaliera hospitalier hospitalario
 ziekenhuis sykehus sjukhus szpital korhaz nemocnice hosp spital hastanesi
centre: center zentrum centro centrum centrul central ctr keskus senter
national: nacional nazionale nationale nationales nationaal nacionalni narodowy narodni natl
 nemzeti nationaler
research: recherche recherches ricerca ricerche investigacion investigaciones investigacao
 forschung forschungs onderzoek forskning badan badawczy vyzkum
technology: technologie technologies tecnologia tecnologias technologia technologii teknologi
 technol technological tecnologico tecnologica
technical: technische technischer technique techniques tecnico tecnica technika tekniska
 technicka teknisk
polytechnic: politecnico politecnica polytechnique politechnika politechnica polytechnical
science: sciences scienze scientifique scientifiques scientifico ciencia ciencias wissenschaften
 wissenschaft scientific sci nauk ved nauki
academy: akademie academie academia accademia akademia akademi akademija akademii
ministry: ministerium ministere ministero ministerio ministerstvo ministerstwo ministerie
foundation: stiftung fondation fondazione fundacion fundacao fundacio fundacja stichting stiftelsen
medicine: medical medizin medizinische medecine medicina medico medica medicale medisch
laboratory: lab labs laboratoire laboratorio laboratories laboratorium laboratoires
association: verein asociacion associacao associazione asociace verband vereniging assoc
department: abteilung departement departamento dipartimento dept
faculty: fakultat faculte facultad faculdade facolta wydzial fakulta
international: internationale internazionale internacional intl
engineering: ingenierie ingenieria ingegneria engenharia ingenieurwissenschaften
physics: physik physique fisica fizyki fysik
chemistry: chemie chimie quimica chimica chemii
biology: biologie biologia biologii
health: gesundheit sante salud saude salute
organization: organisation organizacion organizacao organizzazione
federal: bundes federale
labor: labour
state: staatliche statale estatal
"""
#: Word of another language or spelling → the English word.
WORDS: Final = {
    word: line.partition(":")[0]
    for line in re.sub(r"\n ", " ", _SAME.strip()).splitlines()
    for word in line.partition(":")[2].split()
}


def normalise(name: str) -> str:
    """The form of a name in which equal names are equal; words are parted by blanks.

    >>> normalise("The Universität Stuttgart, e.V.")
    'university stuttgart'
    >>> normalise("UNIVERSITAET ZUERICH") == normalise("Universität Zürich")
    True
    >>> normalise("(주) 서울 대학교"), normalise("S.p.A.")
    ('서울대학', 'spa')
    """
    # Decomposed before folding too: 𝕬 becomes A, and only then a.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    if not text.isascii():
        text = unicodedata.normalize("NFC", _MARKS.sub("", text))
    text = _DOTTED.sub("", text.translate(_LETTERS))
    unspaced = _IS_UNSPACED.search(text) is not None
    if unspaced:
        text = text.replace("(주)", " ").replace("㈜", " ")
    text = _SIGNS.sub(" ", text).strip()
    if unspaced:
        text = _LEGAL_UNSPACED.sub("", _GAP.sub("", _LEGAL.sub("", text))).strip() or text
        text = text.replace("대학교", "대학")
    else:
        text = _LEGAL.sub("", text).replace("ae", "a").replace("oe", "o").replace("ue", "u")
    words = [WORDS.get(word, word) for word in text.split(" ") if word not in _LITTLE]
    return " ".join(words) if words else text


def variants(name: str) -> tuple[tuple[str, bool], ...]:
    """The normalised name, and what it is without its words in brackets.

    With each, whether it says as much as the whole: an acronym in brackets adds nothing, the
    name of a town does.

    >>> variants("Institute of Physics (IoP)")
    (('institute physics iop', True), ('institute physics', True))
    >>> variants("Institute of Physics (Harbour)")[1]
    ('institute physics', False)
    """
    whole = normalise(name)
    found = {whole: True} if whole else {}
    if "(" in name or "[" in name or "（" in name:
        inside = "".join(_BRACKETS.findall(name)).strip(" ()[]（）")
        if bare := normalise(_BRACKETS.sub(" ", name)):
            found.setdefault(bare, _IS_ACRONYM.match(inside) is not None)
    return tuple(found.items())


def tokens(form: str) -> tuple[str, ...]:
    """The words of a normalised name; pairs of letters where words are not parted.

    >>> tokens("university stuttgart"), tokens("서울대학")
    (('university', 'stuttgart'), ('서울', '울대', '대학'))
    """
    if not _IS_UNSPACED.search(form):
        return tuple(form.split(" "))
    found: list[str] = []
    for word in form.split(" "):
        if _IS_UNSPACED.search(word) and len(word) > 2:
            found += (word[i : i + 2] for i in range(len(word) - 1))
        else:
            found.append(word)
    return tuple(found)


def is_short(form: str) -> bool:
    """Whether a normalised name says too little by itself: most often an acronym.

    >>> is_short("cnrs"), is_short("boeing"), is_short("서울")
    (True, False, True)
    """
    return " " not in form and len(form) <= (3 if _IS_UNSPACED.search(form) else 5)


def one_edit(a: str, b: str) -> bool:
    """Whether one letter put in, left out, changed or swapped with the next makes `a` of `b`.

    >>> one_edit("stuttgart", "stutgart"), one_edit("physics", "phisycs")
    (True, False)
    """
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start, limit = 0, min(len(a), len(b))
    while start < limit and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    if len(a) != len(b):
        return rest_a[1:] == rest_b or rest_a == rest_b[1:]
    return rest_a[1:] == rest_b[1:] or (rest_a[2:] == rest_b[2:] and rest_a[:2] == rest_b[1::-1])
