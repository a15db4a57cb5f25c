import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";

import { Component } from "@odoo/owl";

/** The days that the figures cover: a predefined period, or a first and a last day. */
export class PeriodSelector extends Component {
    static template = "key_account_management.PeriodSelector";
    static components = { DateTimeInput };
    static props = {
        // What the server said about the period: periods, period, previous
        frame: Object,
        // From the parent's state: period, dateFrom, dateTo
        state: Object,
        onChange: Function,
    };

    async choose(period) {
        this.props.state.period = period;
        await this.props.onChange();
    }

    /** @param {"dateFrom" | "dateTo"} name */
    getDay(name) {
        const day = this.props.state[name];
        return day ? deserializeDate(day) : false;
    }

    async chooseDay(name, day) {
        this.props.state[name] = day ? serializeDate(day) : "";
        await this.props.onChange();
    }
}
