"use strict";
// Everything that the pages do in the browser. Without it they still work, only without questions and counters.

// Asks before a form is sent, and sends it once however often the button is pressed.
for (const form of document.querySelectorAll("form[data-confirm], form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    } else if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
      event.preventDefault();
    } else if ("once" in form.dataset) {
      form.dataset.sent = "1";
    }
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

document.querySelector("[data-focus]")?.focus({ preventScroll: true });

// Characters left, counted as maxlength counts them.
for (const area of document.querySelectorAll("textarea[maxlength]")) {
  const count = area.closest(".field")?.querySelector(".count");
  if (!count) continue;
  const limit = area.maxLength.toLocaleString("en-US");
  const show = () => { count.textContent = `(${area.value.length.toLocaleString("en-US")}/${limit} ตัวอักษร)`; };
  area.addEventListener("input", show);
  show();
}

// The weighted score, in whole numbers of 1/10000 so that no binary fraction decides a rounding.
const output = document.querySelector("output[data-weight]");
if (output) {
  const result = document.getElementById("result");
  const score = document.getElementById("score");
  const scaled = (text) => {
    const [whole, part = ""] = text.split(".");
    return BigInt(whole + part.padEnd(8, "0").slice(0, 8));
  };
  const show = () => {
    if (!/^[0-9]{1,3}(\.[0-9]{1,4})?$/.test(score.value) || result.value === "N/A") {
      output.value = "-";
      return;
    }
    const data = output.dataset;
    const top = scaled(data.weight) * scaled(score.value) * scaled(data.scale);
    const bottom = scaled(data.total) * scaled(data.highest) * 100000000n;
    if (bottom === 0n) return;
    const rounded = ((top * 20000n) / bottom + 1n) / 2n;
    const digits = rounded.toString().padStart(5, "0");
    output.value = `${digits.slice(0, -4)}.${digits.slice(-4)}`;
  };
  score.addEventListener("input", show);
  result.addEventListener("input", show);
  show();
}
