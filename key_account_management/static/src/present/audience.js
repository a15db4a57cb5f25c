import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";

import { openChannel, Slides, turnedTo } from "./slides";

/** The window that the audience sees: the slide that the presenter's window shows, and nothing else. */
export class Audience extends Component {
    static template = "key_account_management.Audience";
    static props = { ...standardActionServiceProps };

    setup() {
        this.root = useRef("root");
        this.frame = useRef("frame");
        this.state = useState({ error: false });
        this.slides = new Slides();
        this.page = 0;
        this.channel = openChannel(user.userId, this.reviewId);
        this.channel.onmessage = ({ data }) => this.onMessage(data);
        useExternalListener(window, "keydown", this.onKeydown, { capture: true });
        useExternalListener(window, "resize", () => this.slides.fit(this.root.el));
        useExternalListener(window, "pagehide", () => this.channel.postMessage({ type: "bye" }));
        onWillUnmount(() => this.channel.close());
    }

    get reviewId() {
        return this.props.action.context.active_id;
    }

    get source() {
        return `/key_account_management/slides/${this.reviewId}`;
    }

    onLoad() {
        this.state.error = !this.slides.load(this.frame.el);
        if (!this.state.error) {
            this.show(this.page);
        }
        this.channel.postMessage({ type: "hello" });
    }

    show(page) {
        this.page = page;
        if (this.slides.elements.length) {
            this.page = this.slides.show(page);
            this.slides.fit(this.root.el);
        }
    }

    onMessage(data) {
        if (data.type === "page") {
            this.show(data.page);
        } else if (data.type === "end") {
            window.close();
        }
    }

    /** Keys work in both windows. */
    onKeydown(ev) {
        if (ev.ctrlKey || ev.altKey || ev.metaKey) {
            return;
        }
        const page = turnedTo(ev.key, this.page, this.slides.last);
        if (page !== null) {
            this.channel.postMessage({ type: "turn", page });
            this.show(page);
        } else if (ev.key.toLowerCase() === "f") {
            this.toggleFullscreen();
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    toggleFullscreen() {
        if (document.fullscreenElement) {
            document.exitFullscreen();
        } else {
            this.root.el.requestFullscreen?.().catch(() => {});
        }
    }
}

registry.category("actions").add("key_account_audience", Audience);
