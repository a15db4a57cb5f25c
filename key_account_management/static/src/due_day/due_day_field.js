import { registry } from "@web/core/registry";
import { RemainingDaysField, remainingDaysField } from "@web/views/fields/remaining_days/remaining_days_field";

/** A day by which something is due, coloured as Odoo's remaining days: "next month" may be in three days. */
export class DueDayField extends RemainingDaysField {
    get diffString() {
        return this.formattedValue;
    }
}

registry.category("fields").add("key_account_due_day", { ...remainingDaysField, component: DueDayField });
