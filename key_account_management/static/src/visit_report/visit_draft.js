import { browser } from "@web/core/browser/browser";

const PREFIX = "key_account_visit_report";

/** Made once for each report: the server saves it once, however often it arrives. */
function makeToken() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What was typed into a report and is not saved yet. It outlives a reload and a lost connection. */
export class VisitDraft {
    /**
     * @param {number} userId whose draft it is: a phone may be shared
     * @param {{ visit_id?: number, event_id?: number, partner_id?: number }} source what is reported on
     */
    constructor(userId, source) {
        const [name, id] = Object.entries(source).find(([, value]) => value) || ["new", 0];
        this.key = [PREFIX, userId, name, id].join(".");
    }

    /** @returns {object | null} what was typed, with the token of the report */
    read() {
        try {
            return JSON.parse(browser.localStorage.getItem(this.key));
        } catch {
            return null;
        }
    }

    write(values) {
        try {
            browser.localStorage.setItem(this.key, JSON.stringify(values));
        } catch {
            // Without space on the phone, the report can still be saved
        }
    }

    drop() {
        browser.localStorage.removeItem(this.key);
    }

    static makeToken = makeToken;
}
