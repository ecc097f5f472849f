import type { components as InOrder } from "./generated/order";
import type { components as InPayment } from "./generated/payment";
import type { components as InProduct } from "./generated/product";
import type { components as InUser } from "./generated/user";

export type Product = InProduct["schemas"]["ProductView"];
export type ProductEdit = InProduct["schemas"]["ProductEdit"];
export type NewProduct = InProduct["schemas"]["NewProduct"];
export type Sort = InProduct["schemas"]["Sort"];
export type Order = InOrder["schemas"]["OrderView"];
export type OrderRequest = InOrder["schemas"]["OrderRequest"];
export type OrderStatus = InOrder["schemas"]["Status"];
export type Address = InOrder["schemas"]["Address"];
export type AddressView = InOrder["schemas"]["AddressView"];
export type Card = InPayment["schemas"]["CardSent"];
export type Payment = InPayment["schemas"]["PaymentView"];
export type Payments = InPayment["schemas"]["PaymentsOfOrder"];
export type Profile = InUser["schemas"]["UserResponse"];
