import { Component } from "@odoo/owl";

const WIDTH = 80;
const HEIGHT = 22;
// So that the dots at the edges are whole
const MARGIN = 3;

/** A small line through the values, with gaps where there are none. The mouse reads each value. */
export class Sparkline extends Component {
    static template = "key_account_management.Sparkline";
    static props = { values: Array, texts: Array, labels: Array };

    get size() {
        return { width: WIDTH + 2 * MARGIN, height: HEIGHT };
    }

    get known() {
        return this.props.values.filter((value) => value !== null);
    }

    get step() {
        return WIDTH / Math.max(this.props.values.length - 1, 1);
    }

    /** Of the known values: where they are, and what they are. */
    get points() {
        const { values, texts, labels } = this.props;
        const low = Math.min(...this.known);
        const span = Math.max(...this.known) - low || 1;
        return values.flatMap((value, position) =>
            value === null
                ? []
                : {
                      position,
                      x: Number((MARGIN + position * this.step).toFixed(1)),
                      y: Number((HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN)).toFixed(1)),
                      text: `${labels[position]}: ${texts[position]}`,
                  }
        );
    }

    /** Points of the line, one text per unbroken section. */
    get lines() {
        const sections = [];
        let previous = null;
        for (const point of this.points) {
            if (previous === null || point.position > previous + 1) {
                sections.push([]);
            }
            sections.at(-1).push(`${point.x},${point.y}`);
            previous = point.position;
        }
        return sections.filter((section) => section.length > 1).map((section) => section.join(" "));
    }
}
