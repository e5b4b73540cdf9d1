// Before anything is drawn: the scheme that the address asks for, else the reader's own.
(() => {
  const asked = new URLSearchParams(location.search).get("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const isDark = asked === "dark" || (asked !== "light" && dark.matches);
    document.documentElement.dataset.mdColorScheme = isDark ? "slate" : "default";
  };
  follow();
  dark.addEventListener("change", follow);
})();
