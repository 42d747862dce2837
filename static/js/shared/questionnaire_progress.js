// Dots of a questionnaire: one for each question, filled once it has an answer.
const form = document.querySelector(".answer-form");
const progress = form?.querySelector("[data-progress]");

if (progress) {
  const dots = [...progress.querySelectorAll("[data-question]")];
  const draw = () => {
    const data = new FormData(form);
    const isAnswered = (name) => data.getAll(name).some((value) => value.trim() && value !== "other") || Boolean(data.get(`${name}_other`)?.trim());
    dots.forEach((dot) => dot.classList.toggle("is-done", isAnswered(dot.dataset.question)));
    progress.querySelector("[data-place]").textContent = dots.filter((dot) => dot.matches(".is-done")).length;
  };
  progress.hidden = false;
  draw();
  form.addEventListener("input", draw);
}
