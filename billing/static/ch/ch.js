// Comfort only: every page works without it.
(() => {
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Copy buttons are printed hidden: without script they could do nothing.
  for (const button of $$("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const words = button.firstChild.textContent;
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.firstChild.textContent = "Copied";
      } catch {
        button.firstChild.textContent = "Press Ctrl C";
      }
      setTimeout(() => { button.firstChild.textContent = words; }, 2000);
    });
  }

  for (const fieldset of $$(".ch-theme")) {
    fieldset.hidden = false;
    const mark = () => $$("[data-theme-choice]", fieldset).forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === document.documentElement.dataset.theme));
    });
    fieldset.addEventListener("click", (event) => {
      const choice = event.target.dataset.themeChoice;
      if (choice) { window.chTheme(choice); mark(); }
    });
    mark();
  }

  // The menu is open where there is room for it.
  const menu = document.getElementById("menu");
  if (menu) {
    const wide = matchMedia("(min-width: 1024px)");
    const fit = () => { menu.open = wide.matches; };
    fit();
    wide.addEventListener("change", fit);
  }

  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      for (const open of $$(".ch-user[open]")) {
        open.open = false;
        open.querySelector("summary").focus();
      }
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const find = document.getElementById("find");
      if (find) {
        event.preventDefault();
        if (menu) menu.open = true;
        find.focus();
      }
    }
  });
  addEventListener("click", (event) => {
    for (const open of $$(".ch-user[open]")) if (!open.contains(event.target)) open.open = false;
  });

  // A page that waits for an answer looks again, until somebody pauses it. A list takes over its rows and its head
  // alone, and none in which the reader stands, so that focus, place and what is being typed stay.
  const refresh = document.querySelector("[data-refresh]");
  if (refresh) {
    const pause = refresh.querySelector("[data-pause]");
    const words = refresh.firstElementChild.textContent;
    const live = $$("[data-live]");
    const look = async () => {
      if (!live.length) { location.reload(); return; }
      try {
        const answer = await fetch(location.href);
        if (answer.redirected) { location.reload(); return; }
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const old of live) {
          const fresh = page.getElementById(old.id);
          if (fresh && !old.contains(document.activeElement) && timer) old.replaceChildren(...fresh.childNodes);
        }
      } catch { /* the next look may find the server again */ }
      if (timer) wait();
    };
    let timer = 0;
    const wait = () => { clearTimeout(timer); timer = setTimeout(look, Number(refresh.dataset.refresh) * 1000); };
    wait();
    pause.hidden = false;
    pause.addEventListener("click", () => {
      const paused = timer === 0;
      clearTimeout(timer);
      timer = 0;
      if (paused) wait();
      refresh.firstElementChild.textContent = paused ? words : "Paused.";
      pause.textContent = paused ? "Pause" : "Go on";
    });
  }

  document.getElementById("errors")?.focus();
})();
