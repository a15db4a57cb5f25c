import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillUnmount, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";

import { formAction } from "../utils";
import { SlideThumb } from "./slide_thumb";
import { openChannel, Slides, turnedTo } from "./slides";
import { clock, TalkPanel } from "./talk_panel";
import { TalkStore } from "./talk_store";

/** How far a finger moves to turn the page, in pixels. */
const SWIPE = 40;
const FIELDS = "input:not([type=checkbox]), textarea, select";

/**
 * The slides of a review, one at a time, with what is written down during the talk next to them on request.
 *
 * This window may be the one that the audience sees: what is internal is only in it after the person has asked for it,
 * or while the audience has a window of its own (`Audience`), which follows this one.
 */
export class Present extends Component {
    static template = "key_account_management.Present";
    static components = { SlideThumb, TalkPanel };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.stage = useRef("stage");
        this.frame = useRef("frame");
        this.slides = new Slides();
        this.store = useState(new TalkStore(this.orm, this.reviewId));
        this.state = useState({
            page: 0,
            pages: 0,
            error: "",
            // The number of a slide that is being typed
            typed: "",
            hasPanel: false,
            hasOverview: false,
            hasHelp: false,
            isPresenter: false,
            isAudienceThere: false,
            notes: null,
            now: Date.now(),
        });
        this.since = this.readSince();
        this.channel = openChannel(user.userId, this.reviewId);
        this.channel.onmessage = ({ data }) => this.onMessage(data);
        useExternalListener(window, "keydown", this.onKeydown, { capture: true });
        useExternalListener(window, "resize", () => this.fit());
        useExternalListener(window, "online", () => this.store.isPending && this.store.save());
        useExternalListener(window, "pagehide", () => this.store.sendAway());
        useExternalListener(document, "fullscreenchange", this.onFullscreenChange);
        const ticks = browser.setInterval(() => this.tick(), 1000);
        // What was typed in an earlier talk and could not be saved
        if (this.store.isPending) {
            this.store.load();
        }
        useEffect(
            () => this.fit(),
            () => [this.state.hasPanel, this.state.isPresenter, this.state.hasOverview]
        );
        onWillUnmount(() => {
            browser.clearInterval(ticks);
            this.channel.close();
            if (document.fullscreenElement) {
                document.exitFullscreen();
            }
            this.saveAtTheEnd();
        });
    }

    get reviewId() {
        return this.props.action.context.active_id;
    }

    get source() {
        return `/key_account_management/slides/${this.reviewId}`;
    }

    get slide() {
        return this.slides.facts?.[this.state.page] || null;
    }

    get nextSlide() {
        return this.slides.facts?.[this.state.page + 1] || null;
    }

    get notes() {
        return this.state.notes?.[this.state.page] || [];
    }

    onLoad() {
        this.state.pages = this.slides.load(this.frame.el);
        if (!this.state.pages) {
            this.state.error = _t(
                "The slides cannot be shown. The review may have been deleted, or you do not have access to it."
            );
            return;
        }
        this.show(this.state.page);
        // Browsers only allow it shortly after a click; otherwise, the slides fill the window
        this.root.el.requestFullscreen?.().catch(() => {});
    }

    /** Turns to a page; nothing happens beyond the first and the last one. */
    show(page) {
        if (!this.state.pages) {
            return;
        }
        this.state.page = this.slides.show(page);
        this.channel.postMessage({ type: "page", page: this.state.page });
        this.fit();
    }

    fit() {
        this.slides.fit(this.stage.el);
    }

    // The clock of the talk

    get clockPlace() {
        return `key_account_present_since.${this.reviewId}`;
    }

    /** It goes on after a reload, and starts anew with the next talk. */
    readSince() {
        const since = Number(browser.sessionStorage.getItem(this.clockPlace)) || Date.now();
        browser.sessionStorage.setItem(this.clockPlace, since);
        return since;
    }

    get elapsed() {
        return clock((this.state.now - this.since) / 1000);
    }

    restartClock() {
        browser.sessionStorage.removeItem(this.clockPlace);
        this.since = this.readSince();
        this.state.now = Date.now();
    }

    tick() {
        this.state.now = Date.now();
        if (this.audience?.closed) {
            this.state.isAudienceThere = false;
        }
    }

    // Keys

    onKeydown(ev) {
        if (ev.ctrlKey || ev.altKey || ev.metaKey) {
            return;
        }
        const isInPart = ev.target.closest?.(".o_key_account_talk, .o_key_account_present_layer");
        if (ev.target.matches?.(FIELDS)) {
            if (ev.key === "Escape") {
                ev.target.blur();
                stop(ev);
            }
            return;
        }
        if (isInPart && [" ", "Enter", "Tab"].includes(ev.key)) {
            // For the button
            return;
        }
        if (this.press(ev.key)) {
            stop(ev);
        }
    }

    /** @returns {boolean} whether the key does something */
    press(key) {
        const { state } = this;
        const letter = key.toLowerCase();
        if (/^\d$/.test(key)) {
            state.typed = `${state.typed}${key}`.slice(-3);
        } else if (key === "Enter" && state.typed) {
            this.jump(Number(state.typed) - 1);
        } else if (key === "Backspace" && state.typed) {
            state.typed = state.typed.slice(0, -1);
        } else if (key === "Escape") {
            this.goBack();
        } else if (key === "?") {
            state.hasHelp = !state.hasHelp;
        } else if (key === "Enter" && state.hasOverview) {
            state.hasOverview = false;
        } else if (turnedTo(key, state.page, this.slides.last) !== null) {
            state.typed = "";
            this.show(turnedTo(key, state.page, this.slides.last));
        } else if (letter === "g") {
            state.hasOverview = !state.hasOverview && Boolean(state.pages);
        } else if (letter === "p") {
            this.togglePanel();
        } else if (letter === "s") {
            this.togglePresenter();
        } else if (letter === "f") {
            this.toggleFullscreen();
        } else {
            return false;
        }
        return true;
    }

    jump(page) {
        this.state.typed = "";
        this.state.hasOverview = false;
        this.show(page);
    }

    /** Closes what lies over the slides first. */
    goBack() {
        const { state } = this;
        if (state.typed) {
            state.typed = "";
        } else if (state.hasHelp || state.hasOverview) {
            state.hasHelp = state.hasOverview = false;
        } else {
            this.leave();
        }
    }

    get keys() {
        return [
            { keys: "→ ↓", does: _t("Next slide (also Page Down, Space, Enter)") },
            { keys: "← ↑", does: _t("Previous slide (also Page Up, Backspace)") },
            { keys: _t("Home, End"), does: _t("First slide, last slide") },
            { keys: _t("1 2 … Enter"), does: _t("Go to the slide with this number") },
            { keys: "G", does: _t("All slides at a glance") },
            { keys: "P", does: _t("Results and minutes next to the slides") },
            { keys: "S", does: _t("Window for the audience; here the next slide and your notes") },
            { keys: "F", does: _t("Full screen") },
            { keys: "?", does: _t("These keys") },
            { keys: "Esc", does: _t("Leave a text field, close what is open, exit") },
        ];
    }

    // Mouse and fingers

    /** The left third of the screen turns back, the rest forward. */
    onClick(ev) {
        if (this.swiped) {
            this.swiped = false;
            return;
        }
        const { left, width } = this.stage.el.getBoundingClientRect();
        this.show(this.state.page + (ev.clientX - left < width / 3 ? -1 : 1));
    }

    onTouchStart(ev) {
        this.swiped = false;
        this.touch = ev.changedTouches[0];
    }

    onTouchEnd(ev) {
        const end = ev.changedTouches[0];
        const [x, y] = [end.clientX - this.touch.clientX, end.clientY - this.touch.clientY];
        if (Math.abs(x) > SWIPE && Math.abs(x) > Math.abs(y)) {
            this.swiped = true;
            this.show(this.state.page + (x < 0 ? 1 : -1));
            // Otherwise, the browser turns it into a click
            ev.preventDefault();
        }
    }

    toggleFullscreen() {
        if (document.fullscreenElement) {
            this.stays = true;
            document.exitFullscreen();
        } else {
            this.root.el.requestFullscreen?.().catch(() => {});
        }
    }

    /** In full screen, Esc is for the browser: it exits both, unless there is something else to close. */
    onFullscreenChange() {
        const { hasPanel, hasOverview, hasHelp, isPresenter } = this.state;
        if (!document.fullscreenElement && !this.stays && !(hasPanel || hasOverview || hasHelp || isPresenter)) {
            this.leave();
        }
        this.stays = false;
        this.fit();
    }

    // Results and minutes

    togglePanel() {
        this.state.hasPanel = !this.state.hasPanel;
        if (this.state.hasPanel) {
            this.store.load();
        }
    }

    async saveAtTheEnd() {
        if (!(await this.store.leave())) {
            this.notification.add(
                _t(
                    "Not saved yet: what you typed is kept in this browser. Present the review again to save it, and see why it could not be saved."
                ),
                { type: "warning", sticky: true }
            );
        }
    }

    // The window of the audience

    togglePresenter() {
        const { state } = this;
        if (state.isPresenter) {
            this.channel.postMessage({ type: "end" });
            this.audience = null;
            state.isPresenter = state.isAudienceThere = false;
            return;
        }
        if (!this.openAudience()) {
            return;
        }
        state.isPresenter = true;
        if (!state.hasPanel) {
            this.togglePanel();
        }
        if (document.fullscreenElement) {
            this.stays = true;
            document.exitFullscreen();
        }
        this.loadNotes();
    }

    /** @returns {boolean} whether the browser opened it */
    openAudience() {
        const address = `/odoo/key-account-reviews/${this.reviewId}/key-account-audience`;
        this.audience = browser.open(address, `key_account_audience_${this.reviewId}`, "popup,width=1280,height=720");
        if (!this.audience) {
            this.notification.add(_t("The browser did not open a second window: allow pop-ups for this page."), {
                type: "warning",
            });
        }
        return Boolean(this.audience);
    }

    async loadNotes() {
        try {
            this.state.notes = await this.orm.silent.call("key.account.review", "get_speaker_notes", [[this.reviewId]]);
        } catch {
            // Not for everyone who may present
            this.state.notes = [];
        }
    }

    onMessage(data) {
        if (data.type === "hello") {
            this.state.isAudienceThere = true;
            this.channel.postMessage({ type: "page", page: this.state.page });
        } else if (data.type === "turn") {
            this.show(data.page);
        } else if (data.type === "bye") {
            this.state.isAudienceThere = false;
        }
    }

    /** Back to where it was opened; after a reload to the review. */
    leave() {
        if (this.left) {
            return;
        }
        this.left = true;
        browser.sessionStorage.removeItem(this.clockPlace);
        this.channel.postMessage({ type: "end" });
        if (this.env.config.breadcrumbs?.length > 1) {
            this.action.restore();
        } else {
            this.action.doAction(formAction("key.account.review", this.reviewId), { clearBreadcrumbs: true });
        }
    }
}

function stop(ev) {
    ev.preventDefault();
    ev.stopPropagation();
}

registry.category("actions").add("key_account_present", Present);
