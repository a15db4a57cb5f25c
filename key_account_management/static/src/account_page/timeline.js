import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

import { useAccountData, useOpening } from "../utils";

/** The account's last two years on one axis: invoices by month, and below them what was done and agreed. */
export class Timeline extends Component {
    static template = "key_account_management.Timeline";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.state = useState({ data: null, error: "" });
        this.load = useAccountData(this, "get_key_account_timeline");
        this.open = useOpening(this.state);
    }

    /** In percent of the largest month; what is there can be seen. */
    height(month) {
        const largest = Math.max(...this.state.data.months.map(({ value }) => Math.abs(value || 0)));
        return Math.max((Math.abs(month.value) / largest) * 100, 2);
    }

    classOf({ tone, is_open: isOpen }) {
        return [isOpen && "o_key_account_mark_open", tone && `text-${tone}`].filter(Boolean).join(" ");
    }

    titles({ items }) {
        return items.map(({ title }) => title).join("\n");
    }

    openMonth({ date_from: dateFrom, date_to: dateTo }) {
        const { resId } = this.props.record;
        return this.open(["res.partner", "action_view_key_account_figure", [[resId], "revenue", dateFrom, dateTo]]);
    }
}

registry.category("view_widgets").add("key_account_timeline", { component: Timeline });
