// Loads the scripts that a page of an attempt needs. Without them, questions are answered by plain form fields.
import { readsAloud } from "./read_aloud.js";
import { certifies } from "./certificate.js";
import { orders } from "./ordering.js";
import { pairs } from "./pairing.js";

export const begin = (page) => {
  for (const list of page.querySelectorAll("[data-order]")) orders(list);
  for (const list of page.querySelectorAll("[data-pair]")) pairs(list);
  for (const card of page.querySelectorAll("[data-read-aloud]")) readsAloud(card);
  for (const part of page.querySelectorAll("[data-certificate]")) certifies(part);
  for (const hint of page.querySelectorAll("[data-without-script]")) hint.hidden = true;
};

begin(document);
