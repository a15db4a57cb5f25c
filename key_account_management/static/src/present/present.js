import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";

import { formAction } from "../utils";

const BACKWARD = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];
const FORWARD = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];
/** How far a finger moves to turn the page, in pixels. */
const SWIPE = 40;

/** The pages of a document on the screen, one at a time: every `.slide` of the page that the server prints. */
export class Present extends Component {
    static template = "key_account_management.Present";
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.root = useRef("root");
        this.frame = useRef("frame");
        this.state = useState({ page: 0, pages: 0, error: "" });
        this.slides = [];
        useExternalListener(window, "keydown", this.onKeydown, { capture: true });
        useExternalListener(window, "resize", () => this.fit());
        useExternalListener(document, "fullscreenchange", this.onFullscreenChange);
        onWillUnmount(() => {
            if (document.fullscreenElement) {
                document.exitFullscreen();
            }
        });
    }

    get source() {
        return `/key_account_management/slides/${this.props.action.context.active_id}`;
    }

    onLoad() {
        const page = this.frame.el.contentDocument;
        this.slides = [...(page?.querySelectorAll(".slide") || [])];
        this.state.pages = this.slides.length;
        if (!this.slides.length) {
            this.state.error = _t(
                "The slides cannot be shown. The review may have been deleted, or you do not have access to it."
            );
            return;
        }
        page.documentElement.style.overflow = "hidden";
        this.show(this.state.page);
        // Browsers only allow it shortly after a click; otherwise, the slides fill the window
        this.root.el.requestFullscreen?.().catch(() => {});
    }

    /** Turns to a page; nothing happens beyond the first and the last one. */
    show(page) {
        if (!this.slides.length) {
            return;
        }
        this.state.page = Math.min(Math.max(page, 0), this.slides.length - 1);
        this.slides.forEach((slide, number) => {
            slide.style.display = number === this.state.page ? "" : "none";
        });
        this.fit();
    }

    /** Scales the page to the window, whatever its printed size. */
    fit() {
        const slide = this.slides[this.state.page];
        if (!slide) {
            return;
        }
        const { clientWidth, clientHeight } = this.root.el;
        const frame = this.frame.el.style;
        frame.width = `${slide.offsetWidth}px`;
        frame.height = `${slide.offsetHeight}px`;
        const scale = Math.min(clientWidth / slide.offsetWidth, clientHeight / slide.offsetHeight);
        const left = (clientWidth - slide.offsetWidth * scale) / 2;
        const top = (clientHeight - slide.offsetHeight * scale) / 2;
        frame.transform = `translate(${left}px, ${top}px) scale(${scale})`;
    }

    onKeydown(ev) {
        if (ev.ctrlKey || ev.altKey || ev.metaKey) {
            return;
        }
        const { page } = this.state;
        if (FORWARD.includes(ev.key)) {
            this.show(page + 1);
        } else if (BACKWARD.includes(ev.key)) {
            this.show(page - 1);
        } else if (ev.key === "Home") {
            this.show(0);
        } else if (ev.key === "End") {
            this.show(this.slides.length - 1);
        } else if (ev.key === "Escape") {
            this.leave();
        } else if (ev.key.toLowerCase() === "f") {
            this.toggleFullscreen();
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    /** The left third of the screen turns back, the rest forward. */
    onClick(ev) {
        if (this.swiped) {
            this.swiped = false;
            return;
        }
        this.show(this.state.page + (ev.clientX < this.root.el.clientWidth / 3 ? -1 : 1));
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

    /** In full screen, Esc is for the browser: it exits both. */
    onFullscreenChange() {
        if (!document.fullscreenElement && !this.stays) {
            this.leave();
        }
        this.stays = false;
        this.fit();
    }

    /** Back to where it was opened; after a reload to the review. */
    leave() {
        if (this.left) {
            return;
        }
        this.left = true;
        if (this.env.config.breadcrumbs?.length > 1) {
            this.action.restore();
        } else {
            this.action.doAction(formAction("key.account.review", this.props.action.context.active_id), {
                clearBreadcrumbs: true,
            });
        }
    }
}

registry.category("actions").add("key_account_present", Present);
