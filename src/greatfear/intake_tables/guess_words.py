"""Words that headers of tables use, in eight languages, and the role that they mean. Compared by rapidfuzz."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

_WORDS = {
    "speaker": (
        "source speaker from sender denouncer accuser deponent informer informant author witness complainant "
        "plaintiff by кто откуда доносчик заявитель свидетель автор обвинитель допрошенный допрашиваемый "
        "показал от_кого von absender denunziant ankläger zeuge kläger anzeigender melder de expéditeur "
        "dénonciateur accusateur témoin déposant délateur da mittente denunciante accusatore testimone "
        "delatore delator testis accusator denuntiator deponens remitente acusador testigo declarante od "
        "nadawca донёс кем_назван кем_названа кем_названы назван_кем показания_кого donosiciel oskarżyciel świadek "
        "przesłuchiwany przesłuchiwana przesłuchany zeznający denuncjator denunciator im informator tw verhörter verhörte "
        "vernommener vernommene besager besagers besagerin "
        "aussagender interrogé interrogée interrogato testifier questioned interrogated caller auteur "
        "teste hinweisgeber hinweisgeberin tippgeber meldender meldende anzeigende zeugin zeuginnen whistleblower "
        "aussage_von aussage_des aussage_der angabe_von angaben_von genannt_von beschuldigt_von angezeigt_von "
        "statement_by statement_of testimony_of testimony_by said_by named_by accused_by denounced_by reported_by "
        "déclaration_de déposition_de témoignage_de nommé_par dénoncé_par accusé_par dichiarazione_di deposizione_di "
        "testimonianza_di denunciato_da accusato_da nominato_da declaración_de testimonio_de denunciado_por "
        "acusado_por nombrado_por zeznanie zeznania zeznał zeznała oskarżony_przez wskazany_przez показания_от "
        "показание_кого со_слов depositio_testis ex_dicto dichiarante deponenti interrogata interrogati inquisito inquisita "
        "costituito confidente comparente déclarant déclarante indicateur indicatrice plaignant requérant comparant "
        "informante declara_contra compareciente pseudonim_tw kontakt_operacyjny zeznaje donoszący "
        "осведомитель показавший допрошен кто_показал angeber angeberin anzeiger spitzel im_deckname "
        "допрошенного допрошенной допрашиваемого свидетеля подозреваемого доносчика показавшего подследственный "
        "prisoner examinate examinant examined confessant "
        "testatus confitens confessus inquisitus deponit"
    ),
    "subject": (
        "target subject to receiver recipient denounced accused named suspect about defendant кого на_кого "
        "кому обвиняемый подозреваемый названный названные оговорённый an empfänger beschuldigter angeklagter "
        "angezeigter verdächtiger über à destinataire dénoncé accusé prévenu suspect_ a destinatario "
        "denunciato accusato imputato sospettato reus accusatus denuntiatus nominatus denunciado acusado reo "
        "sospechoso do oskarżony podejrzany adresat wskazany incriminated implicated mentioned denunciated zielperson "
        "genannter genannte genannt benannte beschuldigte angezeigte dénoncée accusée nommé nommée cité citée "
        "nominato nominata "
        "denunciata accusata acusada denunciada nombrado nombrada delatado delatada wskazana oskarżona obwiniony obwiniona "
        "donoszony упомянутый "
        "упомянутые названные_лица фигурант callee назвал назвала показал_на показала_на показали_на кого_назвал кого_назвала "
        "против_кого арестованный арестованного арестованная arrestee verhafteter verhaftete aresztowany nommés nommées "
        "personnes_nommées wskazani wskazane denunciados acusados imputati nominati "
        "persone_nominate nomi_fatti nominati_da_lui chiamati_in_correità correi complici complici_nominati "
        "complices complices_nommés "
        "personnes_citées personnes_dénoncées cómplices cómplices_nombrados personas_nombradas nombrados nombradas denunciadas "
        "denunzierte denunzierter denunzierten названного названных оговорённые назвал_участниками участники "
        "besagte besagung besagte_person genannte_personen mittäter mitschuldige komplizen angegebene_personen "
        "названы кого_оговорил "
        "названы_соучастники соучастники показания_против dotyczy dotyczy_osoby figurant figuranci rozpracowywany wymienieni "
        "wspólnicy współsprawcy osoby_wymienione nominati_in_depositione nominata_persona denuntiati accomplices named_persons "
        "persons_named people_named co_conspirators consortes socii de_quo de_qua culpati inculpati delati"
        " against gegen wider contre contro contra przeciw przeciwko против adversus belastet belastete belasteter"
    ),
    "date": (
        "time date day when year timestamp дата день год время datum tag jahr jour année annee giorno anno data fecha "
        "día dia año dies annus dzień rok"
    ),
    "id": (
        "id key code nr no number person_id identifier ид номер код kennung nummer identifiant numéro numero "
        "codice número numerus numer"
    ),
    "name": (
        "name label fullname full_name фио имя фамилия vorname nachname familienname nom nome cognome nomen "
        "nombre apellido nazwisko imię"
    ),
    "person": "person personne persona osoba лицо человек individuum individual actor",
    "sex": "sex gender пол geschlecht sexe genre sesso genere sexus sexo género płeć",
    "region": (
        "region residence town country province county область район регион провинция губерния land provinz "
        "kreis région département pays regione provincia paese región país województwo powiat kraj"
    ),
    "stratum": "stratum class status сословие соцположение stand schicht classe condition ceto estamento stan",
    "unit": (
        "unit workplace village parish деревня село приход завод dorf gemeinde betrieb paroisse villaggio "
        "parrocchia aldea parroquia wieś parafia"
    ),
    "act": (
        "type kind event act relation вид тип событие действие art typ ereignis événement tipo evento actum "
        "rodzaj zdarzenie"
    ),
    "weight": (
        "weight times count n calls frequency раз количество anzahl häufigkeit nombre_de_fois poids fréquence "
        "peso conteggio veces liczba"
    ),
    "birth": (
        "yob dob "
        "birth born birthdate рождения рождение родился geburt geburtsdatum geboren naissance né nascita nato "
        "nacimiento nacido "
        "urodzenia urodzony natus age возраст alter âge età edad wiek aetas"
    ),
    "office": (
        "office court board tribunal орган управление нквд суд behörde gericht amt autorité cour ufficio "
        "tribunale oficina urząd sąd"
    ),
    "official": (
        "interrogator interviewer inquisitor judge officer investigator case_officer clerk scribe notary recorder "
        "следователь оперуполномоченный "
        "судья секретарь кто_допрашивал допрашивал untersuchungsrichter verhörer vernehmer richter schreiber "
        "protokollant kommissar juge magistrat "
        "greffier commissaire enquêteur giudice notaio cancelliere inquisitore podestà inquisidor juez notario "
        "escribano oficer_prowadzący "
        "oficer śledczy sędzia pisarz protokolant iudex notarius scriba vicarius"
    ),
    "charge": (
        "charge charges accusation crime offence article обвинение статья преступление anklage vorwurf delikt "
        "straftat chef_d_accusation délit accusa crimine reato crimen cargo delito zarzut przestępstwo"
    ),
    "address": (
        "address адрес место_проживания adresse indirizzo dirección adres местожительства место_жительства wohnort domicile "
        "domicilio"
    ),
    "prose": (
        "note notes remark remarks comment comments text words протокол показания примечание комментарий "
        "bemerkung anmerkung inhalt remarque contenu texte nota osservazioni testo observaciones contenido "
        "uwagi treść"
    ),
}
ACT_WORDS = {
    "summons": "summons summoned вызов vorladung citation citazione citación wezwanie",
    "arrest": "arrest arrested арест verhaftung festnahme arrestation arresto detención aresztowanie",
    "interrogation": "deposition interrogation interrogated torture допрос verhör vernehmung interrogatoire interrogatorio "
    "przesłuchanie depositio",
    "sentence": "sentence sentenced приговор urteil jugement sentenza sentencia wyrok",
    "release": "release released освобождение freilassung libération rilascio liberación zwolnienie",
    "rehabilitation": "rehabilitation реабилитация réhabilitation riabilitazione rehabilitación rehabilitacja",
    "flight": "flight fled побег flucht fuite fuga ucieczka",
    "death": "death execution executed расстрел казнь смерть tod hinrichtung mort exécution morte esecuzione muerte ejecución "
    "śmierć egzekucja",
}
"""Words in the cells of a table of events, by the kind of act that they mean."""
ACCUSING = re.compile(
    r"accus|denou?n|denunz|incrimin|донос|обвин|оговор|показ|anzeig|beschuld|delat|oskar|donos|naming", re.I
)
"""Texts that speak of accusing."""
_LIKE = 90
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the header of a column seems to mean.

    Parameters
    ----------
    role : str
        Empty where nothing was understood.
    word : str
        The word of the table that it is like.
    is_exact : bool
        Whether the header is this word, and not only like it or a part of it.
    """

    role: str = ""
    word: str = ""
    is_exact: bool = False


@cache
def _table() -> dict[str, str]:
    """Return the role of each word, the words in plain form; a word of two roles keeps the first."""
    found: dict[str, str] = {}
    for role, words in _WORDS.items():
        for word in words.split():
            found.setdefault(plain_header(word.replace("_", " ")), role)
    return found


@cache
def role_words(role: str) -> tuple[str, ...]:
    """Return the words of a role, the commonest first."""
    return tuple(word for word, of_role in _table().items() if of_role == role)


def plain_header(text: str) -> str:
    """Return a header as words in small letters without marks; ``firstName`` is two words."""
    text = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", text)
    text = "".join(
        c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c) or c == "\u0306"
    )
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)))


_WEAK = frozenset(
    [
        *("against", "gegen", "wider", "contre", "contro", "contra", "przeciw", "przeciwko", "против", "adversus"),
        *(
            "source",
            "from",
            "sender",
            "author",
            "by",
            "von",
            "absender",
            "autor",
            "auteur",
            "expediteur",
            "de",
            "mittente",
            "da",
        ),
        *(
            "remitente",
            "od",
            "nadawca",
            "автор",
            "кто",
            "откуда",
            "target",
            "to",
            "receiver",
            "recipient",
            "about",
            "кому",
            "an",
        ),
        *("empfanger", "uber", "destinataire", "a", "destinatario", "do", "adresat", "caller", "callee"),
    ]
)
"""Words of any letters or edges: of two columns of one role, one that speaks of accusing comes first."""
SURNAMES = frozenset(
    ("surname", "last name", "lastname", "family name", "nachname", "familienname", "nom de famille", "cognome", "apellido",
     "apellidos", "nazwisko", "фамилия", "cognomen", "surnames", "noms de famille", "cognomi")
)  # fmt: skip
FIRST_NAMES = frozenset(
    ("first name", "firstname", "given name", "christian name", "forename", "vorname", "prenom", "nombre", "imie", "имя",
     "praenomen", "given names", "first names", "vornamen", "prenoms", "nombres", "imiona", "имя отчество")
)  # fmt: skip
"""Headers of the two parts of a name, in plain form."""
_PREPOSITIONS = re.compile(r"\b(?:of|des|der|von|du|de|d|del|della|di|dei|degli)\b")
_WHOM = re.compile(r"\b(?:whom|wen|wem|quem|quien|chi|qui|kogo|komu|кого|кому|ком)\b")
_WHO = re.compile(r"\b(?:who|wer|quis|kto|кто|кем)\b")
_SUFFERED = re.compile(r"\b(?:was|were|is|are|wurden?|worden|est|ete|fue|fu|stato|stata|был\w?|zostal\w?)\b")
"""Words that ask for the person named, for the one who speaks, and to whom something was done: ``Who was accused?``."""
_NUMBER = re.compile(r"\s*(?:n[°º]|№|no\.|nr\.?|l\.?p\.)\s*", re.IGNORECASE)
_FIRST = ("birth", "address", "date", "speaker", "subject", "sex", "charge", "office", "act", "weight", "prose")
"""Of a header of several words, what it means before all: `Accused name` is the accused, `Date of birth` a birth."""


def is_weak(word: str) -> bool:
    """Whether a word stands above any letters or edges, and says nothing of accusing."""
    return word in _WEAK


def act_of(header: str) -> str:
    """Return the kind of act that the header of a column of dates names (``Дата ареста``), or nothing."""
    from rapidfuzz import fuzz

    for part in plain_header(header).split():
        for act, listed in ACT_WORDS.items():
            if len(part) > _SHORT and any(fuzz.ratio(part, plain_header(word)) >= _LIKE for word in listed.split()):
                return act
    return ""


@cache
def meaning_of(header: str) -> Meaning:
    """Return what a header means: as a whole, then by likeness, then by its words; what follows a preposition does not count."""
    from rapidfuzz import fuzz, process

    words, plain = _table(), plain_header(header)
    if _NUMBER.fullmatch(header):
        return Meaning("id", "number", True)
    if plain in words:
        return Meaning(words[plain], plain, True)
    if " " in plain and (_WHOM.search(plain) or _WHO.search(plain)):
        return Meaning("subject" if _WHOM.search(plain) or _SUFFERED.search(plain) else "speaker", plain, False)
    if " " not in plain and re.fullmatch(r"\w{3,}(?:datum|jahr)", plain):  # a day of something, in one German word
        return Meaning("birth" if plain.startswith("geb") else "date", plain, False)
    long = [word for word in words if len(word) > _SHORT]
    found = process.extractOne(plain, long, scorer=fuzz.ratio, score_cutoff=_LIKE)
    if found is not None:
        return Meaning(words[found[0]], found[0], False)
    if any(words.get(part) == "birth" or fuzz.ratio(part, "рождения") >= _LIKE for part in plain.split()):
        return Meaning("birth", plain, False)
    head, *tail = _PREPOSITIONS.split(plain)
    last = tail[-1].split()[-1] if tail and tail[-1].strip() else ""
    if words.get(head.strip()) in ("name", "person") and words.get(last) in ("speaker", "subject"):
        return Meaning(words[last], last, False)  # the name of the accused is the accused
    parts = head.split()
    roles: dict[str, str] = {}
    for part in parts:
        like = (
            (part,)
            if part in words and len(parts) > 1
            else process.extractOne(part, long, scorer=fuzz.ratio, score_cutoff=_LIKE)
        )
        if like is not None and (len(parts) > 1 or plain != part):
            roles.setdefault(words[like[0]], like[0])
    for role in (*_FIRST, *roles):
        if role in roles:
            return Meaning(role, roles[role], False)
    return Meaning()
