import { Component } from "@odoo/owl";

const WIDTH = 80;
const HEIGHT = 22;

/** A small line through the values, with gaps where there are none. */
export class Sparkline extends Component {
    static template = "key_account_management.Sparkline";
    static props = { values: Array, labels: Array };

    get size() {
        return { width: WIDTH, height: HEIGHT };
    }

    get known() {
        return this.props.values.filter((value) => value !== null);
    }

    /** Points of the line, one text per unbroken section. */
    get lines() {
        const low = Math.min(...this.known);
        const span = Math.max(...this.known) - low || 1;
        const step = WIDTH / Math.max(this.props.values.length - 1, 1);
        const lines = [[]];
        this.props.values.forEach((value, position) => {
            if (value === null) {
                lines.push([]);
            } else {
                const height = HEIGHT - 2 - ((value - low) / span) * (HEIGHT - 4);
                lines.at(-1).push(`${(position * step).toFixed(1)},${height.toFixed(1)}`);
            }
        });
        return lines.filter((line) => line.length > 1).map((line) => line.join(" "));
    }
}
