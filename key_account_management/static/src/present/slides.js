/** The slides of a presentation in a frame, as the server prints them, of which one is shown. */
export class Slides {
    constructor() {
        this.elements = [];
        this.page = 0;
    }

    /**
     * @param {HTMLIFrameElement} frame that has been loaded
     * @returns {number} how many there are
     */
    load(frame) {
        this.frame = frame;
        const page = frame.contentDocument;
        this.elements = [...(page?.querySelectorAll(".slide") || [])];
        if (this.elements.length) {
            page.documentElement.style.overflow = "hidden";
            this.describe();
        }
        return this.elements.length;
    }

    describe() {
        const counts = {};
        const style = this.frame.contentDocument.head.innerHTML;
        this.facts = this.elements.map((element, index) => {
            const { kind = "slide", title = "", topics } = element.dataset;
            counts[kind] = (counts[kind] || 0) + 1;
            return {
                kind,
                title,
                page: index + 1,
                /** By which its minutes are found again, also if slides are added or left out */
                slide: `${kind}-${counts[kind]}`,
                topics: topics ? JSON.parse(topics) : [],
                html: `<!DOCTYPE html><html><head>${style}<style>html { overflow: hidden; }</style></head><body>${element.outerHTML}</body></html>`,
            };
        });
    }

    get last() {
        return this.elements.length - 1;
    }

    /** Nothing happens beyond the first and the last one. */
    show(page) {
        this.page = Math.min(Math.max(page, 0), this.last);
        this.elements.forEach((element, number) => {
            element.style.display = number === this.page ? "" : "none";
        });
        return this.page;
    }

    get size() {
        const { offsetWidth, offsetHeight } = this.elements[this.page] || {};
        return { width: offsetWidth || 1, height: offsetHeight || 1 };
    }

    /** Scales the slide to its stage, whatever its printed size. */
    fit(stage) {
        if (!this.elements.length || !stage) {
            return;
        }
        const { width, height } = this.size;
        const { clientWidth, clientHeight } = stage;
        const scale = Math.min(clientWidth / width, clientHeight / height);
        const left = (clientWidth - width * scale) / 2;
        const top = (clientHeight - height * scale) / 2;
        Object.assign(this.frame.style, {
            width: `${width}px`,
            height: `${height}px`,
            transform: `translate(${left}px, ${top}px) scale(${scale})`,
        });
    }
}

const BACKWARD = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];
const FORWARD = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];

/** @returns {number | null} the page to which a key turns, null: it turns none */
export function turnedTo(key, page, last) {
    if (FORWARD.includes(key)) {
        return page + 1;
    }
    if (BACKWARD.includes(key)) {
        return page - 1;
    }
    return { Home: 0, End: last }[key] ?? null;
}

/**
 * Joins the windows of one browser in which one person shows a presentation: the presenter's, and the audience's.
 *
 * @param {number} userId
 * @param {number} reviewId
 */
export function openChannel(userId, reviewId) {
    return new BroadcastChannel(`key_account_present.${userId}.${reviewId}`);
}
