import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { _t } from "@web/core/l10n/translation";

import { Component, useState } from "@odoo/owl";

/** Seconds as minutes and seconds, with hours once there are any. */
export function clock(seconds) {
    const total = Math.max(0, Math.floor(seconds));
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/** What is ticked, agreed and written down next to the slides. */
export class TalkPanel extends Component {
    static template = "key_account_management.TalkPanel";
    static props = {
        store: Object,
        /** The slide shown, see `Slides.facts`; null while there is none. */
        slide: { type: [Object, { value: null }] },
        /** Milliseconds, each second. */
        now: Number,
        /** Whether the audience has a window of its own and does not see this one. */
        isPrivate: Boolean,
        close: Function,
    };

    setup() {
        this.store = useState(this.props.store);
        this.state = useState({ tab: "slide", open: {}, wrong: {}, showsInternal: false });
    }

    get tabs() {
        return [
            { tab: "slide", label: _t("This Slide") },
            { tab: "topic", label: _t("Agenda") },
            { tab: "condition", label: _t("Conditions") },
            { tab: "issue", label: _t("Issues") },
            { tab: "checklist", label: _t("Checklist") },
        ].filter(({ tab }) => tab === "slide" || this.store.rows(tab).length);
    }

    get mayWrite() {
        return Boolean(this.store.data?.may_write);
    }

    get status() {
        if (this.store.isSaving) {
            return { text: _t("Saving…"), isBad: false };
        }
        if (!this.store.isPending) {
            return { text: _t("Saved"), isBad: false };
        }
        if (this.store.isOffline) {
            return { text: _t("Not saved yet: there is no connection. It is kept in this browser."), isBad: true };
        }
        return { text: _t("Not saved yet"), isBad: true };
    }

    get note() {
        return this.store.note(this.props.slide);
    }

    /** The topics of the agenda that the slide is about. */
    get slideTopics() {
        return this.store.rows("topic").filter((row) => row.name && this.props.slide.topics.includes(row.name));
    }

    get slideConditions() {
        return this.props.slide.kind === "conditions" ? this.store.rows("condition") : [];
    }

    get showsInternal() {
        return this.props.isPrivate || this.state.showsInternal;
    }

    // One part

    value(part, row, field) {
        return this.store.value(part, row, field);
    }

    problem(part, row) {
        const entry = this.store.entry(part, row);
        return entry?.error || entry?.conflict ? entry : null;
    }

    /** What a colleague wrote meanwhile: the texts that differ from what was typed. */
    meanwhile(entry) {
        const texts = Object.keys(entry.values).map((field) => {
            const value = entry.conflict[field];
            if (field === "result_user_id") {
                return this.store.data.people.find((person) => person.id === value)?.name || "–";
            }
            return typeof value === "boolean" ? (value ? _t("ticked") : _t("not ticked")) : String(value || "–");
        });
        return texts.join(" · ");
    }

    type(part, row, field, ev) {
        this.store.type(part, row, { [field]: ev.target.value });
    }

    choose(part, row, values) {
        this.store.type(part, row, values, 0);
    }

    choosePerson(part, row, ev) {
        this.choose(part, row, { result_user_id: Number(ev.target.value) || false });
    }

    isOpen(part, row) {
        const name = this.store.nameOf(part, row);
        return this.state.open[name] ?? this.state.tab === "slide";
    }

    toggle(part, row) {
        this.state.open[this.store.nameOf(part, row)] = !this.isOpen(part, row);
    }

    /** Everything about a part that is worth a line while it is folded. */
    summary(part, row) {
        const person = this.store.data.people.find(({ id }) => id === this.value(part, row, "result_user_id"));
        return [this.value(part, row, "result"), person?.name].filter(Boolean).join(" – ");
    }

    // Topics

    spent(topic) {
        return topic.spent + (topic.is_running ? Math.max(0, this.props.now - topic.at) / 1000 : 0);
    }

    clockOf(topic) {
        const spent = clock(this.spent(topic));
        return topic.minutes ? _t("%(spent)s of %(minutes)s min", { spent, minutes: topic.minutes }) : spent;
    }

    clockTitle(topic) {
        return topic.is_running ? _t("Stop the timer") : _t("Start the timer");
    }

    isLate(topic) {
        return Boolean(topic.minutes) && this.spent(topic) > topic.minutes * 60;
    }

    // Conditions

    agreedPrice(row) {
        const value = this.value("condition", row, "value_agreed");
        return value ? formatFloat(value, { digits: [16, 2] }) : "";
    }

    typePrice(row, ev) {
        let value;
        try {
            value = ev.target.value.trim() ? parseFloat(ev.target.value) : 0;
        } catch {
            this.state.wrong[row.id] = true;
            return;
        }
        this.state.wrong[row.id] = false;
        this.choose("condition", row, { value_agreed: value, outcome: value ? "agreed" : "open" });
    }

    typeWording(row, ev) {
        const text = ev.target.value;
        this.store.type("condition", row, { text_agreed: text, outcome: text ? "agreed" : "open" });
    }
}
