// Reloads a progress display every two seconds in place. Without scripts a link does it.
const PAUSE = 2000;

const lookAgain = async () => {
  const shown = document.querySelector("[data-in-progress]");
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = document.importNode(page.getElementById(shown.id), true);
      const focused = shown.contains(document.activeElement) ? document.activeElement : null;
      const again = focused && [...fresh.querySelectorAll("a, button")].find((one) => one.textContent === focused.textContent);
      shown.replaceWith(fresh);
      again?.focus();
    }
  } catch {
    // On a connection failure, try again next time.
  }
  if (document.querySelector("[data-in-progress]")) setTimeout(lookAgain, PAUSE);
};

if (document.querySelector("[data-in-progress]")) setTimeout(lookAgain, PAUSE);
