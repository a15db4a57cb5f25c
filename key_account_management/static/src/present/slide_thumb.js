import { Component, onMounted, onWillUnmount, useRef } from "@odoo/owl";

/** A small picture of a slide. */
export class SlideThumb extends Component {
    static template = "key_account_management.SlideThumb";
    static props = {
        /** The page with the slide alone; scripts in it do not run. */
        html: String,
        title: String,
        width: Number,
        height: Number,
    };

    setup() {
        this.root = useRef("root");
        this.frame = useRef("frame");
        const observer = new ResizeObserver(() => this.fit());
        onMounted(() => {
            observer.observe(this.root.el);
            this.fit();
        });
        onWillUnmount(() => observer.disconnect());
    }

    fit() {
        if (this.frame.el) {
            this.frame.el.style.transform = `scale(${this.root.el.clientWidth / this.props.width})`;
        }
    }
}
