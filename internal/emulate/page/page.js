"use strict";

// The page reads itself again when something happens, and replaces the rows that are not the same. All it does, it does
// by the control API.
const root = "/_emulator/";
const $ = (id) => document.getElementById(id);
document.documentElement.classList.add("scripted-page");

// What is new.

const versionOf = (row) => row.dataset.version ?? row.outerHTML;
const versions = new WeakMap();
for (const row of document.querySelectorAll("[data-key]")) versions.set(row, versionOf(row));

function update(list, fresh) {
  if (!list.querySelector("[data-key]") && !fresh.querySelector("[data-key]")) {
    if (list.innerHTML !== fresh.innerHTML) list.innerHTML = fresh.innerHTML;
    return;
  }
  const old = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const rows = [...fresh.children].map((row) => {
    const before = old.get(row.dataset.key);
    old.delete(row.dataset.key); // the next one with this key, such as the same name elsewhere, is another row
    const version = versionOf(row);
    if (before && versions.get(before) === version) return before;
    versions.set(row, version);
    if (before?.open) row.open = true;
    return row;
  });
  const keep = new Set(rows);
  for (const row of [...list.children]) if (!keep.has(row)) row.remove();
  rows.forEach((row, i) => {
    if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
  });
}

// focusAgain puts the focus on the same button, or on the title of a section whose button is gone.
function focusAgain(focused) {
  if (!focused || focused.isConnected) return;
  const { do: action, id } = focused.dataset;
  const same = action && document.querySelector(`[data-do="${action}"][data-id="${id}"]`);
  (same ?? $(action === "remove-fault" ? "faults-title" : "changes-title")).focus();
}

const filter = document.querySelector("#filter input");
let reading = false;
let again = false;

async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  const began = performance.now();
  try {
    const resp = await fetch(`${root}?live&filter=${encodeURIComponent(filter.value)}`);
    if (!resp.ok) throw new Error(resp.statusText);
    const fresh = new DOMParser().parseFromString(await resp.text(), "text/html");
    const focused = document.activeElement;
    for (const part of fresh.querySelectorAll("[data-live]")) update($(part.id), part);
    setClock();
    focusAgain(focused);
  } catch {
    connected(false);
  }
  took = performance.now() - began;
  reading = false;
  if (again) {
    again = false;
    soon();
  }
}

// soon reads again after a while that is the longer the longer it takes.
let timer;
let took = 0;
function soon() {
  timer ??= setTimeout(() => {
    timer = undefined;
    refresh();
  }, Math.max(100, 4 * took));
}

// The time.

let offset = 0;
function setClock() {
  offset = Number($("time").dataset.now) - Date.now();
  tick();
}

function leftOf(end, now) {
  const s = Math.ceil((end - now) / 1000);
  if (s <= 0) return "ending";
  const parts = [[Math.floor(s / 3600), "h"], [Math.floor(s / 60) % 60, "m"], [s % 60, "s"]];
  const first = parts.findIndex(([n]) => n > 0);
  return parts.slice(first).map(([n, unit]) => n + unit).join("") + " left";
}

function tick() {
  const now = Date.now() + offset;
  $("time").textContent = new Date(now).toISOString().slice(0, 19).replace("T", " ") + " UTC";
  for (const bar of document.querySelectorAll("progress")) {
    const { start, end } = bar.dataset;
    bar.value = Math.min(1000, (1000 * (now - start)) / Math.max(1, end - start));
  }
  for (const left of document.querySelectorAll(".left")) left.textContent = leftOf(left.dataset.end, now);
}

// Events.

function connected(yes) {
  $("connection").textContent = yes ? "live" : "not connected";
  $("connection").className = yes ? "live" : "lost";
}

let known;
function announce({ changes }) {
  const now = new Map(changes.map((c) => [c.id, `${c.operation} of ${c.resource}`]));
  if (known) {
    const began = [...now].filter(([id]) => !known.has(id)).map(([, what]) => `${what} is under way.`);
    const ended = [...known].filter(([id]) => !now.has(id)).map(([, what]) => `${what} has ended.`);
    $("announce").textContent = [...began, ...ended].join(" ");
  }
  known = now;
}

const events = new EventSource(`${root}events`);
events.onopen = () => {
  connected(true);
  soon();
};
events.onerror = () => connected(false);
for (const kind of ["request", "change", "clock"]) events.addEventListener(kind, soon);
events.addEventListener("change", (e) => announce(JSON.parse(e.data)));

// What the page does.

function complain(message) {
  $("alert").firstElementChild.textContent = message;
  $("alert").hidden = !message;
}

async function send(method, path, body) {
  complain("");
  try {
    const resp = await fetch(root + path, { method, body, headers: { "Content-Type": "application/json" } });
    if (!resp.ok) complain((await resp.json()).error.message);
    await refresh();
    return resp.ok;
  } catch {
    complain("The emulator does not respond.");
    return false;
  }
}

const post = (path, data = {}) => send("POST", path, JSON.stringify(data));

// valuesOf returns what is filled in, in a form of a fault.
function valuesOf(form) {
  const values = {};
  for (const input of form.elements) {
    if (!input.name || input.value === "") continue;
    if (input.type === "checkbox") values[input.name] = input.checked;
    else values[input.name] = input.type === "number" || input.name === "times" ? Number(input.value) : input.value;
  }
  return values;
}

const actions = {
  dismiss: () => complain(""),
  advance: ({ by }) => post("advance", { by }),
  finish: ({ id }) => post(`changes/${id}/finish`),
  cancel: ({ id }) => post(`changes/${id}/cancel`),
  "ask-fail": ({ id, what }) => {
    $("fail").dataset.id = id;
    $("fail-what").textContent = what;
    $("fail").showModal();
  },
  "ask-reset": () => $("reset").showModal(),
  "remove-fault": ({ id }) => send("DELETE", `faults/${id}`),
  close: (_, button) => button.closest("dialog").close(),
};

const forms = {
  advance: async (form) => { if (await post("advance", { by: form.elements.by.value.trim() })) form.reset(); },
  fault: async (form) => { if (await post("faults", valuesOf(form))) form.reset(); },
  fail: (form) => {
    post(`changes/${$("fail").dataset.id}/fail`, { reason: form.elements.reason.value });
    form.reset();
  },
  reset: () => post("reset"),
};

document.addEventListener("click", (e) => {
  const button = e.target.closest("button[type=button][data-do]");
  if (button) actions[button.dataset.do](button.dataset, button);
});

document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.id === "filter") {
    e.preventDefault();
    refresh();
  }
  if (!form.dataset.do) return;
  if (form.method !== "dialog") e.preventDefault();
  forms[form.dataset.do](form);
});

document.addEventListener("change", async (e) => {
  const input = e.target;
  if (input.dataset.do !== "load" || !input.files.length) return;
  await send(input.dataset.method, input.dataset.path, await input.files[0].text());
  input.value = "";
});

filter.addEventListener("input", soon);
setClock();
setInterval(tick, 250);
