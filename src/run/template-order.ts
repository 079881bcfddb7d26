import type { Values } from '../payload/part.js';
import { vendorOf } from './dialect-order.js';
import { DEFAULT_RATE, type Order } from './order.js';

export interface TemplateOrderOptions {
  readonly verb: string;
  readonly template: string;
  /** Given by the user: these stand against columns of the same name. */
  readonly values?: Values;
  /** @default DEFAULT_RATE */
  readonly rate?: number;
  /** See Order. */
  readonly returns?: boolean;
  /** Has none of its own. */
  readonly reporting?: Order;
}

/** The same template for every phone. */
export function templateOrder(options: TemplateOrderOptions): Order {
  const { verb, template, values = {}, rate = DEFAULT_RATE, returns = false, reporting } = options;
  return {
    verb,
    reboots: undefined,
    rate,
    returns,
    ...(reporting && { reporting }),
    spec: { kind: 'template', verb, template, values, rate, returns, ...(reporting && { reporting: reporting.spec }) },
    choose(phone) {
      const found = vendorOf(phone);
      return {
        kind: 'template',
        template,
        values,
        vendor: found.kind === 'vendor' ? found.vendor.key : undefined,
      };
    },
  };
}
