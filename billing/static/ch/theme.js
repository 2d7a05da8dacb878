// Runs before the first paint, so that a dark page never flashes white.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("ch.theme") || "auto"; } catch { return "auto"; } };
  const apply = () => {
    const choice = stored();
    const night = choice === "dark" || (choice === "auto" && dark.matches);
    root.dataset.theme = choice;
    root.classList.toggle("dark", night);
    root.classList.toggle("light", !night);
  };
  apply();
  dark.addEventListener("change", apply);
  window.chTheme = (choice) => { try { localStorage.setItem("ch.theme", choice); } catch { /* private mode */ } apply(); };
})();
