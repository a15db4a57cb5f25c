import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";

const REVIEW = "key.account.review";
/** Milliseconds after the last key until what was typed is saved, and until it is tried again. */
const PAUSE = 800;
const RETRY = 5000;

/**
 * What is written down while presenting. What is typed is kept in this browser until the server has it: it outlives a
 * reload and a lost connection, and is saved when the review is presented again.
 *
 * Components use it through `useState`.
 */
export class TalkStore {
    constructor(orm, reviewId) {
        this.call = (...args) => orm.silent.call(...args);
        this.reviewId = reviewId;
        this.place = ["key_account_talk", user.userId, reviewId].join(".");
        this.pending = this.readPending();
        this.data = null;
        this.error = "";
        this.isSaving = false;
        this.isOffline = false;
    }

    readPending() {
        try {
            return JSON.parse(browser.localStorage.getItem(this.place)) || {};
        } catch {
            return {};
        }
    }

    keepPending() {
        const { pending } = this;
        try {
            if (Object.keys(pending).length) {
                browser.localStorage.setItem(this.place, JSON.stringify(pending));
            } else {
                browser.localStorage.removeItem(this.place);
            }
        } catch {
            // Without space in the browser, it can still be saved
        }
    }

    get isPending() {
        return Object.keys(this.pending).length > 0;
    }

    async load() {
        try {
            const data = await this.call(REVIEW, "get_talk", [[this.reviewId]]);
            const at = Date.now();
            for (const rows of Object.values(data.parts)) {
                rows.forEach((row) => (row.at = at));
            }
            this.data = data;
            this.error = "";
        } catch (error) {
            this.error = error.data?.message || error.message;
        }
        if (this.isPending) {
            await this.save();
        }
    }

    // What is shown

    rows(part) {
        return this.data?.parts[part] || [];
    }

    /** The minutes of a slide, as a row: there may be none yet. */
    note({ slide, page, title }) {
        const found = this.rows("note").find((row) => row.slide === slide);
        return { id: found?.id, slide, page, title, values: found?.values || { text: "" } };
    }

    nameOf(part, row) {
        return `${part}:${part === "note" ? row.slide : row.id}`;
    }

    entry(part, row) {
        return this.pending[this.nameOf(part, row)];
    }

    value(part, row, field) {
        const typed = this.entry(part, row)?.values;
        return typed && field in typed ? typed[field] : row.values[field];
    }

    // What is typed

    /** Remembers it at once, and saves it after a short pause; choices are saved at once. */
    type(part, row, values, pause = PAUSE) {
        const { pending } = this;
        const name = this.nameOf(part, row);
        const key = part === "note" ? { slide: row.slide, page: row.page, title: row.title } : row.id;
        const entry = pending[name] || { part, key, values: {}, before: {} };
        for (const [field, value] of Object.entries(values)) {
            if (!(field in entry.before)) {
                entry.before[field] = row.values[field];
            }
            entry.values[field] = value;
        }
        entry.error = "";
        pending[name] = entry;
        this.keepPending();
        this.schedule(pause);
    }

    schedule(pause) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.save(), pause);
    }

    /** One request after the other: what was typed meanwhile follows. */
    async save() {
        browser.clearTimeout(this.timer);
        if (!this.saving) {
            this.saving = this.savePending().finally(() => {
                this.saving = null;
            });
        }
        await this.saving;
    }

    async savePending() {
        this.isSaving = true;
        try {
            let name;
            while ((name = this.nextPending())) {
                await this.saveEntry(name);
            }
            this.isOffline = false;
        } catch {
            this.isOffline = true;
            this.schedule(RETRY);
        } finally {
            this.isSaving = false;
            this.keepPending();
        }
    }

    /** What the server refused, or a colleague has changed, waits for the person. */
    nextPending() {
        const { pending } = this;
        return Object.keys(pending).find((name) => !pending[name].error && !pending[name].conflict);
    }

    async saveEntry(name) {
        const entry = this.pending[name];
        const sent = { ...entry.values };
        let answer;
        try {
            answer = await this.call(REVIEW, "save_talk", this.arguments(entry));
        } catch (error) {
            if (!error.data?.name?.startsWith("odoo.exceptions.")) {
                // No answer, or none of ours: to be tried again
                throw error;
            }
            entry.error = error.data.message;
            return;
        }
        if (!answer.saved) {
            entry.conflict = answer.part?.values || { text: "" };
            return;
        }
        this.replace(entry.part, answer.part);
        for (const field of Object.keys(sent)) {
            if (entry.values[field] === sent[field]) {
                delete entry.values[field];
                delete entry.before[field];
            } else {
                entry.before[field] = answer.part.values[field];
            }
        }
        if (!Object.keys(entry.values).length) {
            delete this.pending[name];
        }
        this.keepPending();
    }

    arguments({ part, key, values, before }) {
        return [[this.reviewId], part, key, values, before];
    }

    replace(part, row) {
        const rows = this.rows(part);
        const index = rows.findIndex((each) => each.id === row.id);
        rows.splice(index < 0 ? rows.length : index, 1, { ...row, at: Date.now() });
    }

    // What the person decides

    keepMine(name) {
        const entry = this.pending[name];
        Object.assign(entry.before, entry.conflict);
        entry.conflict = null;
        this.schedule(0);
    }

    /** What was typed is dropped: it is as the server has it. */
    async discard(name) {
        delete this.pending[name];
        this.keepPending();
        await this.load();
    }

    // The clock of a topic

    async toggleClock(topic) {
        const method = topic.is_running ? "action_stop" : "action_start";
        try {
            await this.call("key.account.review.topic", method, [[topic.id]]);
        } catch (error) {
            this.error = error.data?.message || error.message;
            return;
        }
        await this.load();
    }

    // Leaving

    /** The page is about to go: a request that the browser does not cancel. It may be sent again later. */
    sendAway() {
        for (const entry of Object.values(this.pending)) {
            if (!entry.error && !entry.conflict) {
                const params = { model: REVIEW, method: "save_talk", args: this.arguments(entry), kwargs: {} };
                const data = JSON.stringify({ jsonrpc: "2.0", method: "call", params });
                const blob = new Blob([data], { type: "application/json" });
                browser.navigator.sendBeacon?.(`/web/dataset/call_kw/${REVIEW}/save_talk`, blob);
            }
        }
    }

    /** @returns {boolean} whether everything was saved */
    async leave() {
        if (this.nextPending()) {
            await this.save();
        }
        this.stop();
        return !this.isPending;
    }

    stop() {
        browser.clearTimeout(this.timer);
    }
}
