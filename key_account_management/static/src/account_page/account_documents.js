import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillStart, useState } from "@odoo/owl";

/** The account's documents behind one button: those for the customer first, the internal ones apart. */
export class AccountDocuments extends Component {
    static template = "key_account_management.AccountDocuments";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ groups: [] });
        onWillStart(async () => {
            this.state.groups = await this.orm.cache().call("res.partner", "get_key_account_documents", []);
        });
    }

    get groups() {
        return this.state.groups;
    }

    async print({ report, kind }) {
        const { resId } = this.props.record;
        if (!(await this.props.record.save())) {
            return;
        }
        if (report) {
            await this.action.doAction(report, { additionalContext: { active_ids: [resId], active_id: resId } });
        } else {
            const method = "action_print_key_account_document";
            await this.action.doAction(await this.orm.call("res.partner", method, [[resId], kind]));
        }
    }
}

registry.category("view_widgets").add("key_account_documents", { component: AccountDocuments });
