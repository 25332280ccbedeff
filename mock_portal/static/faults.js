"use strict";
// The faults of a page that a script carries out. Loaded only where a fault was asked for (docs/mock-portal.md).

const FORMS = '[data-testid="card-form"], [data-testid="submit-form"]';
const DO = {
  dialog({ ask, message }) {
    if (ask === "alert") {
      window.alert(message);
    } else if (ask === "beforeunload") {
      window.addEventListener("beforeunload", (event) => { event.preventDefault(); event.returnValue = message; });
    } else {
      // On the way down, so that it is asked before the page's own questions.
      window.addEventListener("submit", (event) => {
        if (event.target.matches(FORMS) && !window.confirm(message)) {
          event.preventDefault();
          event.stopImmediatePropagation();
        }
      }, true);
    }
  },
  "late-reset"({ field, seconds }) {
    window.setTimeout(() => {
      const input = document.getElementById(field);
      input.value = input.defaultValue;
    }, Number(seconds) * 1000);
  },
};
for (const { dataset } of document.querySelectorAll("template[data-fault]")) DO[dataset.fault](dataset);
