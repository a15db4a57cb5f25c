import { ConnectionLostError } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useEffect, useState } from "@odoo/owl";

import { formAction } from "../utils";
import { VisitDraft } from "./visit_draft";

const VISIT = "key.account.visit";
const SOURCES = ["visit_id", "event_id", "partner_id"];
const MOODS = [1, 2, 3, 4, 5];
// Open items that are shown at once: the others are a tap away
const SHOWN = 5;

/** The report on a visit, written on a phone right after the talk: one request saves it and all that follows. */
export class VisitReport extends Component {
    static template = "key_account_management.VisitReport";
    static components = { Layout };
    static path = "key-account-visit-report";
    static displayName = _t("Visit Report");
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.moods = MOODS;
        this.state = useState({ facts: null, report: null, error: "", isSaving: false, saved: null, showsAll: false });
        // On a reload, only what is in the address is known
        const params = this.props.action.params || {};
        this.source = Object.fromEntries(SOURCES.map((name) => [name, Number(params[name]) || false]));
        this.props.updateActionState?.(Object.fromEntries(Object.entries(this.source).filter(([, value]) => value)));
        onWillStart(() => this.load());
        useEffect(
            () => {
                if (!this.state.report || this.state.saved) {
                    return;
                }
                // What was only opened is filled in anew the next time
                if (this.isTyped) {
                    this.draft.write(this.state.report);
                } else {
                    this.draft.drop();
                }
            },
            () => [JSON.stringify(this.state.report)]
        );
    }

    get kinds() {
        return [
            { kind: "visit", label: _t("Visit") },
            { kind: "nobody_met", label: _t("Nobody met") },
            { kind: "phone_instead", label: _t("Phone instead") },
            { kind: "phone", label: _t("Phone") },
        ];
    }

    /** Whether somebody was spoken to. */
    get isTalk() {
        return this.state.report.kind !== "nobody_met";
    }

    get people() {
        return this.state.facts.people.filter((person) => this.state.report.people.includes(person.id));
    }

    get moodLabel() {
        const [person] = this.people;
        return this.people.length === 1 ? _t("Mood of %s", person.name) : _t("Mood");
    }

    async load() {
        this.state.error = "";
        try {
            this.state.facts = await this.orm.call(VISIT, "get_report", [], this.source);
        } catch (error) {
            this.state.error = describe(error);
            return;
        }
        this.draft = this.draft || new VisitDraft(user.userId, this.source);
        const draft = this.state.report || this.draft.read();
        const prefilled = this.prefilled;
        this.untouched = JSON.stringify({ ...prefilled, token: "" });
        this.state.report = { ...prefilled, ...draft };
        if (this.state.facts.reported && !draft) {
            this.state.error = this.state.facts.reported;
        }
    }

    get isTyped() {
        return JSON.stringify({ ...this.state.report, token: "" }) !== this.untouched;
    }

    get prefilled() {
        const { day, kind, people, next, result } = this.state.facts;
        return {
            token: VisitDraft.makeToken(),
            kind,
            day,
            result,
            people: people.filter((person) => person.met).map((person) => person.id),
            settled: [],
            new: [],
            mood: null,
            next_day: next?.day || "",
            has_next: Boolean(next?.day),
        };
    }

    async chooseAccount(ev) {
        this.source.partner_id = Number(ev.target.value) || false;
        const typed = this.state.report;
        await this.load();
        // What depends on the account is filled in anew
        const { people, next_day, has_next } = this.prefilled;
        this.state.report = { ...typed, people, next_day, has_next };
    }

    // What is ticked

    get rows() {
        const { open } = this.state.facts;
        return this.state.showsAll || open.length <= SHOWN + 1 ? open : open.slice(0, SHOWN);
    }

    togglePerson(person) {
        const { people } = this.state.report;
        this.state.report.people = people.includes(person.id)
            ? people.filter((id) => id !== person.id)
            : [...people, person.id];
    }

    isSettled(row) {
        return this.state.report.settled.some((each) => each.model === row.model && each.id === row.id);
    }

    toggleSettled(row) {
        const { settled } = this.state.report;
        this.state.report.settled = this.isSettled(row)
            ? settled.filter((each) => each.model !== row.model || each.id !== row.id)
            : [...settled, { model: row.model, id: row.id }];
    }

    chooseMood(mood) {
        this.state.report.mood = this.state.report.mood === mood ? null : mood;
    }

    addLine(kind) {
        this.state.report.new.push({ kind, name: "", day: "" });
    }

    removeLine(index) {
        this.state.report.new.splice(index, 1);
    }

    labelOf(kind) {
        return this.state.facts.new.find((each) => each.kind === kind)?.label || kind;
    }

    // Saving

    get values() {
        const { kind, day, result, settled, has_next, next_day, mood, new: lines, ...report } = this.state.report;
        const talked = this.isTalk;
        return {
            kind,
            day,
            result,
            settled,
            ...Object.fromEntries(SOURCES.map((name) => [name, this.source[name] || false])),
            partner_id: this.state.facts.account?.id || false,
            people: talked ? report.people : [],
            new: lines.filter((line) => line.name.trim()).map((line) => ({ ...line, day: line.day || false })),
            mood: (talked && mood) || false,
            mood_contact_id: talked && this.people.length === 1 ? this.people[0].id : false,
            next_day: (has_next && next_day) || false,
        };
    }

    async save() {
        if (this.state.isSaving) {
            return;
        }
        if (!this.state.facts.account) {
            this.state.error = _t("Which account was visited? Choose it at the top.");
            return;
        }
        this.state.isSaving = true;
        this.state.error = "";
        try {
            this.state.saved = await this.orm.silent.call(VISIT, "save_report", [this.state.report.token, this.values]);
            this.draft.drop();
        } catch (error) {
            this.state.error = describe(error);
        } finally {
            this.state.isSaving = false;
        }
    }

    discard() {
        this.draft.drop();
        this.state.report = null;
        return this.load();
    }

    // Where to go from here

    async openVisit() {
        await this.action.doAction(formAction(VISIT, this.state.saved?.visit_id || this.state.facts.visit_id));
    }

    async open(record) {
        await this.action.doAction(formAction(record.model, record.id));
    }

    async openVisits() {
        await this.action.doAction("key_account_management.key_account_visit_action", { clearBreadcrumbs: true });
    }
}

/** What the person can do about it; what was typed is kept. */
function describe(error) {
    if (error instanceof ConnectionLostError) {
        return _t("There is no connection. What you wrote is kept on this device: press Save Report again later.");
    }
    return error.data?.message || error.message;
}

registry.category("actions").add("key_account_management.visit_report", VisitReport);
