import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat, formatMonetary, formatPercentage } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** A number that opens what it is made of. What is not known stays empty, and opens nothing. */
class FigureField extends Component {
    static template = "key_account_management.FigureField";
    static props = { ...standardFieldProps, plain: { type: Boolean, optional: true } };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.title = _t("Open what this is made of");
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get formattedValue() {
        return "";
    }

    async open() {
        const { record, name } = this.props;
        const action = await this.orm.call(record.resModel, "action_view_figure", [[record.resId], name]);
        await this.action.doAction(action);
    }
}

const whole = (value, options) => formatMonetary(value, { ...options, digits: [16, 0], trailingZeros: true });
const percent = (value, options) => (value === false ? "" : formatPercentage(value, { ...options, digits: [16, 1] }));
const number = (value, { field, ...options } = {}) =>
    formatFloat(value, { ...options, digits: field?.digits || options.digits || [16, 0] });

class AmountField extends FigureField {
    get formattedValue() {
        const { record, name } = this.props;
        const currency = record.data[record.fields[name].currency_field];
        return whole(this.value, { currencyId: currency?.id });
    }
}

class RateField extends FigureField {
    get formattedValue() {
        return percent(this.value);
    }
}

class NumberField extends FigureField {
    get formattedValue() {
        return number(this.value, { field: this.props.record.fields[this.props.name] });
    }
}

const fields = registry.category("fields");
const formatters = registry.category("formatters");
for (const [name, component, supportedTypes, formatter] of [
    ["key_account_amount", AmountField, ["monetary"], whole],
    ["key_account_rate", RateField, ["float"], percent],
    ["key_account_number", NumberField, ["float"], number],
]) {
    fields.add(name, {
        component,
        supportedTypes,
        // Where rows have no records behind their numbers
        extractProps: ({ options }) => ({ plain: Boolean(options.plain) }),
    });
    // For totals
    formatters.add(name, formatter);
}
