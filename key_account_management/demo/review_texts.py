"""What the account managers wrote in the annual reviews of the demo accounts, in the customer's language."""

REVIEWS = {
    "demo_account_growing": {
        "place": "Flensburg, Werk 2",
        "days": 16,
        "occasion": "Ihre neue Montagelinie steht kurz vor der Inbetriebnahme.",
        "hook": "Die Achsen Ihrer neuen Linie laufen mit unseren Antrieben. Wir zeigen, was das an Rüstzeit spart.",
        "goal": "Ein Rahmenvertrag für die Linien 3 und 4 mit festen Lieferzeiten.",
        "retrospective": (
            "Die Umstellung auf die Servoregler SD-10 ist im Frühjahr ohne Stillstand gelungen. Ihr Team und "
            "unseres haben dafür drei Wochenenden gemeinsam in der Halle gestanden.\n\n"
            "Im Sommer kamen zwei Lieferungen zu spät. Seitdem liegt für Sie ein Sicherheitsbestand bei uns, "
            "und kein Termin wurde mehr verfehlt."
        ),
        "previous": (
            "Ein Jahr des Aufbaus: die ersten Bildsensoren sind in Serie, die Zusammenarbeit der Konstrukteure "
            "hat sich eingespielt."
        ),
        "internal": "Wettbewerber bietet Regler 6 % günstiger an. Nicht beim Preis mitgehen, sondern bei der Lieferzeit.",
        "topics": [
            ("status", "Lieferzeiten nach dem Sommer", "Seit dem Sicherheitsbestand wurden alle Termine eingehalten."),
            ("status", "Umstellung auf SD-10", "Alle Achsen der Linie 2 laufen mit den neuen Reglern."),
            ("activities", "Bildsensor VS-6", "Vorserie im zweiten Quartal, Ihre Prüfstation als erster Einsatzort."),
            ("activities", "Technologietag", "Einladung an Ihre Konstruktion in unser Testzentrum, im März."),
            (
                "cooperation",
                "Gemeinsame Entwicklung",
                "Ein Greifer mit eingebautem Bildsensor; Ihre Mechanik, unsere Optik.",
            ),
            ("cooperation", "Konsignationslager", "Ersatzteile bei Ihnen vor Ort, berechnet erst bei Entnahme."),
            ("conditions", "Rahmenvertrag", "Feste Preise für 24 Monate gegen eine Abnahme je Quartal."),
            ("future", "Linie 3 und 4", "Planung der Antriebe, bevor die Mechanik ausgeschrieben wird."),
        ],
    },
    "demo_account_shrinking": {
        "place": "Portland, headquarters",
        "days": 9,
        "occasion": "You closed two lines this year. We want to understand what you need from us now.",
        "hook": "The scan data from your lines shows where reading errors cost you the most.",
        "goal": "Agree on a plan for the remaining four lines, with service at the centre.",
        "retrospective": (
            "A hard year for both of us: two lines were closed and the retrofit of the scan tunnels was postponed "
            "twice.\n\nThe maintenance contract was kept, and the mean time to repair fell below four hours."
        ),
        "previous": "The year of the scan tunnels: all lines were equipped, the last one two weeks early.",
        "internal": "A competitor is running tests on line 4. The new operations director does not know us yet.",
        "topics": [
            ("status", "Lines in operation", "Four of six lines are running; two were closed in spring."),
            (
                "status",
                "Service",
                "Mean time to repair has been below four hours since the new spare parts stock was set up.",
            ),
            (
                "activities",
                "Retrofit of line 4",
                "Eight-week test of the new fixed-mount scanner, free of charge.",
            ),
            ("cooperation", "Analysis of reading errors", "A joint workshop with your quality team."),
            ("conditions", "Service contract", "A flat rate per line instead of hourly rates."),
            ("future", "Recyclable packaging", "Reading codes on new materials: which ones are you planning to use?"),
        ],
    },
    "demo_account_late": {
        "place": "Sacramento, plant",
        "days": 24,
        "occasion": "Your new packaging hall opens next year.",
        "hook": "With the handhelds in all halls, stocktaking went from three days to one.",
        "goal": "One process from order to payment that works for both sides.",
        "retrospective": (
            "Deliveries were on time throughout the year, and the operator training reached all three shifts.\n\n"
            "Invoices took a long time to be approved. We would like to find out together where they get held up."
        ),
        "previous": "The handheld scanners were rolled out to all halls.",
        "internal": "Invoices wait for a plant number that purchasing does not send. Offer electronic invoices.",
        "topics": [
            ("status", "Roll-out of the handhelds", "All halls are equipped."),
            ("activities", "New packaging hall", "Planning of sensors and scanners together with your engineers."),
            ("cooperation", "Electronic invoices", "With the plant number of the order on every invoice."),
            ("conditions", "Payment", "A discount for payment within ten days instead of the current terms."),
            ("future", "Traceability", "From the field to the shelf: what will your customers ask for?"),
        ],
    },
    "demo_account_returns": {
        "place": "Tübingen, Besprechungsraum Neckar",
        "days": 31,
        "occasion": "Ihre Reinraumfertigung wächst, und mit ihr die Anforderungen an unsere Laser.",
        "hook": "Jede zurückgegebene Lieferung kostet Sie zwei Tage. Wir wissen jetzt, woran es liegt.",
        "goal": "Die Rücksendungen bis zum Sommer halbieren.",
        "retrospective": (
            "Mehrere Beschriftungsköpfe kamen zurück, weil die Optik beim Transport beschlug. Die Ursache ist "
            "gefunden: seit September werden sie versiegelt und mit Trockenmittel verpackt.\n\n"
            "Die Inbetriebnahme der dritten Beschriftungszelle gelang im ersten Anlauf."
        ),
        "previous": "Die zweite Beschriftungszelle ging in Betrieb, die Abnahme nach Medizinprodukterecht ist bestanden.",
        "internal": "Kulanz bei den Köpfen aus dem ersten Halbjahr anbieten, höchstens 20 % Nachlass auf Ersatz.",
        "topics": [
            ("status", "Rücksendungen", "Ursache gefunden, neue Verpackung seit September im Einsatz."),
            ("activities", "Prüfplatz für Köpfe", "Wir prüfen künftig jeden Kopf nach dem Transport bei Ihnen."),
            ("cooperation", "Reinraum", "Gemeinsame Freigabe der Laser für die Klasse ISO 7."),
            ("conditions", "Ersatzgeräte", "Ein Gerät bleibt bei Ihnen und wird nur bei Einsatz berechnet."),
            ("future", "Kennzeichnung nach UDI", "Beschriftung und Prüfung in einem Schritt."),
        ],
    },
    "demo_account_group": {
        "place": "Seattle, Union Plaza",
        "days": 12,
        "occasion": "All three companies of the group at one table, ahead of the framework agreement.",
        "hook": "East and Cold Chain order the same scanners at different times. Together, that is a pallet a month.",
        "goal": "One framework agreement for the whole group.",
        "retrospective": (
            "The scan tunnels in Seattle went live in two steps, the second one during full operation.\n\n"
            "East now picks with ring scanners, and Cold Chain tested ultrasonic sensors below minus twenty degrees."
        ),
        "previous": "The year in which one account manager took over all three companies.",
        "internal": "The group's CPO wants lower prices for sensors, too. Only with a framework agreement.",
        "topics": [
            ("status", "Seattle: scan tunnels", "Both tunnels read nearly all parcels on the first pass."),
            ("status", "East and Cold Chain", "Handhelds and ring scanners in daily use, one open ticket."),
            ("activities", "Cold store test", "Sensors for minus thirty degrees, from February."),
            ("cooperation", "Shared spare parts stock", "One stock in Newark for all three companies."),
            ("conditions", "Framework agreement", "One contract, with prices based on the volume of the whole group."),
            ("future", "Autonomous vehicles", "Safety lasers on your own fleet: a pilot in Denver."),
        ],
    },
    "demo_account_foreign": {
        "place": "Lemgo, Stammhaus",
        "days": 20,
        "occasion": "Ihr Neubau in Lemgo und was er von Ihren Lieferanten verlangt.",
        "hook": "Unsere Servomotoren sind in Ihren Maschinen gesetzt. Jetzt zählt jeder Tag Lieferzeit.",
        "goal": "Die Vorzugslieferung von zehn auf fünf Tage verkürzen.",
        "retrospective": (
            "Die Getriebe PG-60 haben den Dauerlauf in Ihrem Labor bestanden und sind seit Mai freigegeben.\n\n"
            "Die Abrufe kommen seit dem Sommer elektronisch. Das hat auf beiden Seiten Rückfragen erspart."
        ),
        "previous": "Die Servomotoren wurden zur Vorzugsreihe in Ihrer Konstruktion.",
        "internal": "Preise in Euro bis Jahresende halten, obwohl der Kurs gegen uns läuft.",
        "topics": [
            ("status", "Freigabe der Getriebe", "Dauerlauf bestanden, Serie seit Mai."),
            ("activities", "Neue Baugröße SM-900", "Muster im ersten Quartal für Ihren Prüfstand."),
            ("cooperation", "Elektronische Abrufe", "Nächster Schritt: Lieferavis und Rechnung auf demselben Weg."),
            ("conditions", "Lieferzeit", "Fünf statt zehn Tage für die zwanzig meistbestellten Artikel."),
            ("future", "Rücknahme alter Antriebe", "Aufbereitung und Wiederverwendung, gemeinsam mit Ihrem Service."),
        ],
    },
    "demo_account_candidate": {
        "place": "Minneapolis, brewery",
        "days": 40,
        "occasion": "From individual orders to a partnership: what it could look like.",
        "hook": "Your filling line stops for eleven minutes per shift because of misread labels.",
        "goal": "A pilot on line 1, with figures that both sides trust.",
        "retrospective": "Individual orders so far. The custom interface to your filling line has been running since spring.",
        "previous": "Individual orders for sensors and motors, and first discussions about the filling line.",
        "internal": "Check after the pilot whether the account is worth tier B.",
        "topics": [
            ("status", "Custom interface", "In operation since spring, with two updates."),
            ("activities", "Pilot on line 1", "Eight weeks, measured in stops per shift."),
            ("cooperation", "Training", "Two of your technicians in our test centre."),
            ("conditions", "After the pilot", "Prices for a roll-out to all three lines."),
            ("future", "Cans and bottles", "Reading labels on curved and wet surfaces."),
        ],
    },
}
