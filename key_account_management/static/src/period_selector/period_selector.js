import { Component } from "@odoo/owl";

/** Which days the figures are of: one of the ready periods, or a first and a last day. */
export class PeriodSelector extends Component {
    static template = "key_account_management.PeriodSelector";
    static props = {
        // What the server said of the period: periods, period, previous
        frame: Object,
        // Of the parent's state: period, dateFrom, dateTo
        state: Object,
        onChange: Function,
    };

    async choose(period) {
        this.props.state.period = period;
        await this.props.onChange();
    }
}
