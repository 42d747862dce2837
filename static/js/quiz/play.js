// Begins what the page of a question needs. Without it every question is answered by its plain fields.
import { readsAloud } from "./aloud.js";
import { orders } from "./order.js";
import { pairs } from "./pair.js";

for (const list of document.querySelectorAll("[data-order]")) orders(list);
for (const list of document.querySelectorAll("[data-pair]")) pairs(list);
for (const card of document.querySelectorAll("[data-aloud]")) readsAloud(card);
for (const hint of document.querySelectorAll("[data-without-script]")) hint.hidden = true;
