"""Sentences that customers and shops write, made by pattern, with what must survive in them. The same seed gives the
same sentences. Used by the benchmark and by the tests of translation."""

from __future__ import annotations

import random

PATTERNS: dict[str, tuple[str, ...]] = {
    "en": (
        "Where is my order {order}?",
        "My order {order} has not arrived yet.",
        "I paid {money} for it and I want my money back.",
        "The tracking number {track} does not work.",
        "Please write to me at {mail}.",
        "I ordered size {size} but I received size {size2}.",
        "You can follow the parcel {track} at {url}.",
        "We sent your order {order} on {date}.",
        "We have refunded {money} today.",
        "The article {sku} is sold out until {date}.",
        "Thank you for your order {order} {emoji}",
        "Your parcel {track} will arrive before {date}.",
        "I was charged {money} twice for order {order}, please check it.",
        "There were {count} pieces missing in the parcel.",
        "If you do not answer by {date}, I will open a dispute for {money}.",
        "The box is {measure} and too small for {sku}.",
        "Hello {{{{ customer_name }}}}, your order {order} is ready.",
        "On {date} at {time} I called you about {order} and nobody answered.",
        "Can I exchange the {sku} in size {size} for another colour?",
        "The invoice for {order} says {money}, but on {url} it was {money2}.",
    ),
    "es": (
        "¿Dónde está mi pedido {order}?",
        "Mi pedido {order} no ha llegado todavía.",
        "Pagué {money} y quiero que me devuelvan el dinero.",
        "El número de seguimiento {track} no funciona.",
        "Por favor, escríbame a {mail}.",
        "Pedí la talla {size} pero recibí la talla {size2}.",
        "Puede seguir el paquete {track} en {url}.",
        "Enviamos su pedido {order} el {date}.",
        "Hoy le hemos reembolsado {money}.",
        "El artículo {sku} está agotado hasta el {date}.",
        "Gracias por su pedido {order} {emoji}",
        "Su paquete {track} llegará antes del {date}.",
        "Me cobraron {money} dos veces por el pedido {order}, revíselo por favor.",
        "Faltaban {count} piezas en el paquete.",
        "Si no contestan antes del {date}, abriré una disputa por {money}.",
        "La caja mide {measure} y es pequeña para {sku}.",
        "Hola {{{{ customer_name }}}}, su pedido {order} está listo.",
        "El {date} a las {time} llamé por el pedido {order} y nadie contestó.",
        "¿Puedo cambiar el {sku} de la talla {size} por otro color?",
        "La factura de {order} dice {money}, pero en {url} eran {money2}.",
    ),
    "de": (
        "Wo ist meine Bestellung {order}?",
        "Meine Bestellung {order} ist noch nicht angekommen.",
        "Ich habe {money} bezahlt und möchte mein Geld zurück.",
        "Die Sendungsnummer {track} funktioniert nicht.",
        "Bitte schreiben Sie mir an {mail}.",
        "Ich habe Größe {size} bestellt, aber Größe {size2} bekommen.",
        "Sie können das Paket {track} unter {url} verfolgen.",
        "Wir haben Ihre Bestellung {order} am {date} verschickt.",
        "Wir haben Ihnen heute {money} erstattet.",
        "Der Artikel {sku} ist bis {date} ausverkauft.",
        "Vielen Dank für Ihre Bestellung {order} {emoji}",
        "Ihr Paket {track} kommt vor dem {date} an.",
        "Mir wurden {money} zweimal für die Bestellung {order} berechnet, bitte prüfen Sie das.",
        "Im Paket fehlten {count} Teile.",
        "Wenn Sie nicht bis {date} antworten, eröffne ich einen Streitfall über {money}.",
        "Der Karton misst {measure} und ist zu klein für {sku}.",
        "Hallo {{{{ customer_name }}}}, Ihre Bestellung {order} ist fertig.",
        "Am {date} um {time} habe ich wegen {order} angerufen und niemand hat geantwortet.",
        "Kann ich {sku} in Größe {size} gegen eine andere Farbe tauschen?",
        "Auf der Rechnung zu {order} stehen {money}, aber auf {url} waren es {money2}.",
    ),
}
OPENERS: dict[str, tuple[str, ...]] = {
    "en": (
        "",
        "Hello, ",
        "Excuse me, ",
        "Good morning, ",
        "I have a question: ",
        "Unfortunately, ",
        "As you know, ",
        "Mary, ",
    ),
    "es": (
        "",
        "Hola, ",
        "Disculpe, ",
        "Buenos días, ",
        "Tengo una pregunta: ",
        "Por desgracia, ",
        "Como sabe, ",
        "María, ",
    ),
    "de": (
        "",
        "Hallo, ",
        "Entschuldigung, ",
        "Guten Morgen, ",
        "Ich habe eine Frage: ",
        "Leider: ",
        "Wie gesagt: ",
        "Maria, ",
    ),
}
ENDINGS: dict[str, tuple[str, ...]] = {
    "en": (
        "",
        ", thank you",
        ", please",
        " and it is a present for my sister",
        ", because I leave on {date2}",
        ", as {name} told you",
    ),
    "es": (
        "",
        ", gracias",
        ", por favor",
        " y es un regalo para mi hermana",
        ", porque salgo el {date2}",
        ", como les dijo {name}",
    ),
    "de": (
        "",
        ", danke",
        ", bitte",
        " und es ist ein Geschenk für meine Schwester",
        ", denn ich fahre am {date2} weg",
        ", wie {name} sagte",
    ),
}
PLAIN: dict[str, tuple[str, ...]] = {
    "en": (
        "Where is my order?",
        "The parcel has not arrived yet.",
        "I want my money back.",
        "The lamp is broken.",
        "Can I change the address?",
        "When will you send it?",
        "The colour is wrong.",
        "We are sorry for the delay.",
        "Your order is on its way.",
        "Please send us a photo of the damage.",
        "We will send you a new one.",
        "I do not understand the instructions.",
    ),
    "es": (
        "¿Dónde está mi pedido?",
        "El paquete no ha llegado todavía.",
        "Quiero que me devuelvan el dinero.",
        "La lámpara está rota.",
        "¿Puedo cambiar la dirección?",
        "¿Cuándo lo enviarán?",
        "El color es incorrecto.",
        "Sentimos el retraso.",
        "Su pedido está en camino.",
        "Por favor, envíenos una foto del daño.",
        "Le enviaremos uno nuevo.",
        "No entiendo las instrucciones.",
    ),
    "de": (
        "Wo ist meine Bestellung?",
        "Das Paket ist noch nicht angekommen.",
        "Ich möchte mein Geld zurück.",
        "Die Lampe ist kaputt.",
        "Kann ich die Adresse ändern?",
        "Wann schicken Sie es?",
        "Die Farbe ist falsch.",
        "Die Verspätung tut uns leid.",
        "Ihre Bestellung ist unterwegs.",
        "Bitte schicken Sie uns ein Foto des Schadens.",
        "Wir schicken Ihnen eine neue.",
        "Ich verstehe die Anleitung nicht.",
    ),
}
NAME = "Nordlicht Pro"
"""A word that is given as one to keep."""


def sentences(language: str, count: int, seed: int = 7) -> list[tuple[str, tuple[str, ...]]]:
    """So many sentences in a language, each with what must stand in its translation. With one seed, the sentences of
    two languages mean the same, one by one."""
    chance = random.Random(seed)
    out = []
    for at in range(count):
        pattern, slots = (
            _framed(language, PATTERNS[language][at % len(PATTERNS[language])], chance),
            _slots(chance),
        )
        kept = [value for name, value in slots.items() if f"{{{name}}}" in pattern]
        if "customer_name" in pattern:
            kept.append("{{ customer_name }}")
        out.append((pattern.format(**slots), tuple(kept)))
    return out


def plain(language: str, count: int, seed: int = 7) -> list[str]:
    """So many sentences in which nothing has to be protected; aligned as those of sentences()."""
    chance = random.Random(seed)
    out: list[str] = []
    while len(out) < count:
        made = _framed(language, PLAIN[language][len(out) % len(PLAIN[language])], chance)
        if "{" not in made:
            out.append(made)
    return out


def _framed(language: str, pattern: str, chance: random.Random) -> str:
    """A sentence with a beginning and an end."""
    opener = OPENERS[language][chance.randrange(len(OPENERS[language]))]
    ending = ENDINGS[language][chance.randrange(len(ENDINGS[language]))]
    first = pattern[0]
    if opener and first != "¿" and not pattern.startswith(("I ", "Hello", "Hola", "Hallo", "{")):
        pattern = first.lower() + pattern[1:]
    mark = pattern[-1] if pattern[-1] in ".?" else ""
    return opener + pattern.removesuffix(mark) + ending + mark


def _slots(chance: random.Random) -> dict[str, str]:
    digits = chance.randint
    order = chance.choice(
        (f"{digits(1000, 9999)}-{digits(10, 99)}", f"#{digits(1000, 99999)}", f"NL-{digits(100000, 999999)}")
    )
    tracks = (
        f"RR{digits(10**8, 10**9 - 1)}CN",
        f"1Z{digits(100, 999)}AA{digits(10**9, 10**10 - 1)}",
        f"{digits(10**11, 10**12 - 1)}",
    )
    dates = (
        f"{digits(1, 28):02}/{digits(1, 12):02}/2026",
        f"{digits(1, 28):02}.{digits(1, 12):02}.2026",
        f"2026-{digits(1, 12):02}-{digits(1, 28):02}",
    )
    return {
        "order": order,
        "money": _money(chance),
        "money2": _money(chance),
        "track": chance.choice(tracks),
        "date": chance.choice(dates),
        "date2": f"{digits(1, 28)}/{digits(1, 12)}/2027",
        "name": NAME,
        "time": f"{digits(8, 19)}:{digits(0, 59):02}",
        "mail": f"{chance.choice(('ana', 'm.weber', 'tom_w'))}{digits(1, 99)}@mail.example",
        "url": f"https://{chance.choice(('t', 'shop', 'www.parcel'))}.example/{digits(100, 999)}?a={digits(1, 9)}",
        "sku": f"{chance.choice(('LMP', 'AB', 'KX'))}-{digits(10, 999)}-{chance.choice(('RED', 'XL', 'B2'))}",
        "size": chance.choice(("XL", "XXL", "XS", "EU 42", "38", "40.5")),
        "size2": chance.choice(("3XL", "EU 44", "UK 8", "37", "41.5")),
        "measure": f"{digits(10, 60)} x {digits(10, 60)} cm",
        "count": str(digits(3, 40)),
        "emoji": chance.choice(("😀", "🙏🏽", "❤️", "👍", "🎉🎉")),
    }


def _money(chance: random.Random) -> str:
    whole, cents = chance.randint(2, 900), chance.randint(0, 99)
    return chance.choice(
        (
            f"{whole},{cents:02} EUR",
            f"{whole}.{cents:02} €",
            f"${whole}.{cents:02}",
            f"1.{whole:03},{cents:02} €",
            f"{whole} EUR",
        )
    )
