"""What was discussed and agreed in last year's reviews, in the customer's language.

For each account: the customer's contacts who took part, our sales representative and, for topics of the template, the
text and possibly what was agreed and within how many days.
"""

# In the order of the template
TOPICS = ("figures", "market", "measures", "activities", "cooperation", "conditions", "future")

LAST_REVIEWS = {
    "demo_account_growing": {
        "responsible": "rep_robin",
        "participants": ("demo_contact_hansen", "demo_contact_hansen_buyer", "demo_contact_hansen_design"),
        "topics": {
            "figures": ("Antriebe und Bildsensoren trugen das Jahr.",),
            "measures": ("Die Prüfstation mit Bildsensoren läuft in der Serie.",),
            "activities": (
                "Umstellung der Linie 2 auf Servoregler SD-10.",
                "Umstellung im Frühjahr an Wochenenden, ohne Stillstand der Linie.",
                120,
            ),
            "cooperation": (
                "Die Konstrukteure beider Häuser treffen sich jedes Quartal.",
                "Ein Technologietag je Quartal, abwechselnd in Flensburg und in unserem Testzentrum.",
                90,
            ),
            "conditions": (
                "Preise der Bildsensoren bei größeren Mengen.",
                "Wir legen einen Mengenpreis für den VS-5 vor.",
                150,
            ),
            "future": ("Greifer mit eingebautem Bildsensor.",),
        },
    },
    "demo_account_shrinking": {
        "responsible": "rep_alex",
        "participants": (
            "demo_contact_northfield",
            "demo_contact_northfield_buyer",
            "demo_contact_northfield_quality",
        ),
        "topics": {
            "figures": ("Scanners and scan tunnels made up most of the year's revenue.",),
            "measures": ("The last scan tunnel went live two weeks early.",),
            "activities": ("Firmware and cleaning of all tunnels.", "A service check of all scan tunnels.", 150),
            "cooperation": (
                "Faults are reported by phone, by email and directly to the technicians.",
                "One list of open faults, kept by both sides.",
                60,
            ),
            "conditions": (
                "Spare parts are ordered one by one.",
                "We propose a service contract with a flat rate.",
                90,
            ),
            "future": ("Codes on paper instead of film.",),
        },
    },
    "demo_account_late": {
        "responsible": "rep_alex",
        "participants": ("demo_contact_delta", "demo_contact_delta_plant"),
        "topics": {
            "figures": ("Handhelds and ultrasonic sensors sold best.",),
            "measures": ("Handhelds are in use in all halls.",),
            "activities": ("Operators on all shifts need training.", "Training in English and Spanish.", 120),
            "cooperation": (
                "Invoices pass through three departments.",
                "Both sides follow one invoice from receipt to payment.",
                60,
            ),
            "conditions": ("Payment terms stay as they are for now.",),
            "future": ("A new packaging hall.", "We will present a first layout of sensors and scanners.", 180),
        },
    },
    "demo_account_returns": {
        "responsible": "rep_robin",
        "participants": ("demo_contact_kessler", "demo_contact_kessler_buyer"),
        "topics": {
            "figures": ("Laser und Bildsensoren machten den größten Teil des Jahres aus.",),
            "measures": ("Die zweite Beschriftungszelle ist abgenommen.",),
            "activities": ("Dritte Beschriftungszelle.", "Inbetriebnahme mit unserem Servicetechniker vor Ort.", 180),
            "cooperation": (
                "Beschriftungsköpfe kommen mit beschlagener Optik an.",
                "Ein Qualitätszirkel trifft sich, bis die Ursache gefunden ist.",
                30,
            ),
            "conditions": ("Ersatzköpfe während der Prüfung.", "Tausch binnen 48 Stunden wird geprüft.", 90),
            "future": ("Kennzeichnung nach UDI.",),
        },
    },
    "demo_account_group": {
        "responsible": "rep_alex",
        "participants": ("demo_contact_meridian", "demo_contact_meridian_it", "demo_contact_meridian_east"),
        "topics": {
            "figures": ("All three companies of the group in one view.",),
            "measures": ("The first scan tunnel in Seattle is in operation.",),
            "activities": (
                "Second scan tunnel in Seattle.",
                "It goes live step by step, without stopping operations.",
                120,
            ),
            "cooperation": (
                "So far, each company has asked for support separately.",
                "Support in two time zones for all companies.",
                150,
            ),
            "conditions": (
                "Each company bought on its own terms.",
                "The group's scanner prices apply to all three companies.",
                30,
            ),
            "future": ("Sensors for cold stores.",),
        },
    },
    "demo_account_foreign": {
        "responsible": "rep_robin",
        "participants": ("demo_contact_voss", "demo_contact_voss_buyer"),
        "topics": {
            "figures": ("Servomotoren und Servoregler bildeten den Schwerpunkt.",),
            "measures": ("Servomotoren sind die Vorzugsreihe Ihrer Konstruktion.",),
            "activities": (
                "Getriebe PG-60 im Dauerlauf.",
                "Wir stellen zwei Muster für Ihren Prüfstand.",
                60,
            ),
            "cooperation": (
                "Abrufe kommen als Fax und E-Mail.",
                "Abrufe kommen künftig elektronisch, in Wochenlosen.",
                180,
            ),
            "conditions": ("Preise in Euro.", "Die Rabatte auf Motoren bleiben für ein Jahr bestehen.", 30),
            "future": ("Motoren der Klasse IE5.",),
        },
    },
    "demo_account_candidate": {
        "responsible": "rep_alex",
        "participants": ("demo_contact_lakeside", "demo_contact_lakeside_service"),
        "topics": {
            "figures": ("Individual orders for sensors and motors.",),
            "activities": (
                "Labels are misread on filling line 1.",
                "Our technician will record the stoppages on line 1.",
                90,
            ),
            "cooperation": (
                "The filling line has no interface to our software.",
                "We will develop a custom interface.",
                120,
            ),
            "future": ("A pilot on line 1.",),
        },
    },
}
