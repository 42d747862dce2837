// Offers to read a member's page aloud. Its text never leaves the device.
import { readsAloud } from "../quizzes/read_aloud.js";

for (const page of document.querySelectorAll("[data-read-aloud]")) {
  readsAloud(page, { pieces: "h1, h2, h3, p:not(.members-bar p), legend, label, caption, .phase-list li", localOnly: true });
}
