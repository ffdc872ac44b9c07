"use strict";
(() => {
  const root = document.documentElement;
  const all = (what) => Array.from(document.querySelectorAll(what));
  const messages = all("article.message");
  const links = new Map(all("nav a").map((link) => [link.hash.slice(1), link]));
  const field = document.getElementById("find");
  const found = document.getElementById("found");
  const button = document.getElementById("theme");
  let here = -1;

  const isDark = () => root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const turn = () => { root.dataset.theme = isDark() ? "light" : "dark"; };

  const mark = (place) => {
    if (here >= 0) {
      messages[here].classList.remove("here");
      links.get(messages[here].id)?.classList.remove("here");
    }
    here = place;
    messages[here].classList.add("here");
    const link = links.get(messages[here].id);
    link?.classList.add("here");
    link?.scrollIntoView({ block: "nearest" });
  };

  const go = (by) => {
    let place = here;
    do {
      place += by;
    } while (messages[place]?.hidden);
    if (!messages[place]) return;
    mark(place);
    messages[place].focus({ preventScroll: true });
    messages[place].scrollIntoView({ block: "start" });
  };

  const toggle = () => {
    const first = messages[Math.max(here, 0)];
    if (!first) return;
    const near = Array.from(first.querySelectorAll("details"));
    for (let next = first.nextElementSibling; next && !next.matches("article"); next = next.nextElementSibling) {
      if (next.matches("details")) near.push(next);
    }
    const isOpening = near.some((each) => !each.open);
    near.forEach((each) => { each.open = isOpening; });
  };

  const find = () => {
    const words = field.value.trim().toLowerCase();
    const shown = all("#transcript > :not(h2)").filter((entry) => {
      entry.hidden = words !== "" && !entry.textContent.toLowerCase().includes(words);
      return !entry.hidden && entry.matches("article");
    });
    links.forEach((link, id) => {
      link.parentElement.hidden = document.getElementById(id).hidden;
    });
    found.textContent = words ? `${shown.length} of ${messages.length} messages` : "";
  };

  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const place = messages.indexOf(target?.closest("article.message"));
    if (place >= 0) mark(place);
    if (target?.matches("details")) target.open = true;
  };

  button.hidden = false;
  field.parentElement.hidden = false;
  document.querySelector(".keys").hidden = false;
  button.addEventListener("click", turn);
  field.addEventListener("input", find);
  addEventListener("hashchange", open);
  open();

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === field) {
      if (event.key === "Escape") {
        field.value = "";
        find();
        field.blur();
      }
      return;
    }
    const act = { j: () => go(1), k: () => go(-1), o: toggle, t: turn, "/": () => field.focus() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
